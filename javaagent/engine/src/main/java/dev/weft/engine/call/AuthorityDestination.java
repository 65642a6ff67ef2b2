package dev.weft.engine.call;

import dev.weft.bootstrap.Call;
import dev.weft.bootstrap.Destination;
import dev.weft.bootstrap.RequestReader;
import dev.weft.engine.route.HostTable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An IP literal that no virtual host names, at a port that the mesh governs: what the request says
 * as its Host decides, as it does in a sidecar.
 */
public final class AuthorityDestination implements Destination {
  private final int port;
  private final Supplier<HostTable<Destination>> table;

  /**
   * @param table the one this is in
   */
  public AuthorityDestination(int port, Supplier<HostTable<Destination>> table) {
    this.port = port;
    this.table = table;
  }

  @Override
  public <R> @Nullable Call begin(R request, RequestReader<? super R> reader, int flags) {
    String authority = reader.authority(request);
    int colon = authority.lastIndexOf(':');
    String host = colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
    Destination found = table.get().find(host, port);
    return found == null || found instanceof AuthorityDestination
        ? null
        : found.begin(request, reader, flags);
  }
}
