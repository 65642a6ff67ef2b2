package dev.weft.engine;

import dev.weft.bootstrap.Destination;
import dev.weft.bootstrap.TcpDestination;
import dev.weft.engine.call.HttpDestination;
import dev.weft.engine.lb.ClusterState;
import dev.weft.engine.route.HostTable;
import dev.weft.engine.route.VirtualHostCompiler;
import dev.weft.model.MeshSnapshot;
import dev.weft.model.NotApplied;
import dev.weft.model.RouteConfiguration;
import dev.weft.model.VirtualHost;
import java.util.List;
import java.util.Map;

/**
 * A {@link MeshSnapshot} made ready for calls. Immutable; a call finds everything through it
 * without looking up a string but its dialled host.
 *
 * @param clusters by name
 * @param hosts compiled virtual hosts, to be taken over by the next snapshot where nothing changed
 * @param notApplied what the client and the compiler have set aside
 */
record CompiledMesh(
    MeshSnapshot snapshot,
    HostTable<Destination> http,
    HostTable<TcpDestination> tcp,
    Map<String, ClusterState> clusters,
    Map<HostKey, CompiledHost> hosts,
    List<NotApplied> notApplied) {

  /** A virtual host at a port. */
  record HostKey(String table, String host, int port) {}

  /** What was compiled from what. */
  record CompiledHost(
      RouteConfiguration table,
      VirtualHost model,
      HttpDestination destination,
      VirtualHostCompiler compiler) {

    /** Whether compiling again would give the same. */
    boolean holds(
        RouteConfiguration nextTable, VirtualHost next, Map<String, ClusterState> clusters) {
      return model.equals(next)
          && table.requestHeaders().equals(nextTable.requestHeaders())
          && table.responseHeaders().equals(nextTable.responseHeaders())
          && compiler.holds(clusters);
    }
  }

  static final CompiledMesh EMPTY =
      new CompiledMesh(
          MeshSnapshot.EMPTY,
          new HostTable.Builder<Destination>().build(),
          new HostTable.Builder<TcpDestination>().build(),
          Map.of(),
          Map.of(),
          List.of());
}
