package dev.weft.control.compile;

import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.util.JsonFormat;
import dev.weft.client.ads.OfflineSnapshot;
import dev.weft.client.ads.ResourceType;
import dev.weft.model.MeshSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** What a real istiod sent, through the agent's translation. Unknown extensions are left out. */
final class IstiodDump {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<Descriptor> KNOWN =
      List.of(
          io.envoyproxy.envoy.config.cluster.v3.Cluster.getDescriptor(),
          io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment.getDescriptor(),
          io.envoyproxy.envoy.config.listener.v3.Listener.getDescriptor(),
          io.envoyproxy.envoy.config.route.v3.RouteConfiguration.getDescriptor(),
          io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault.getDescriptor(),
          io.envoyproxy.envoy.extensions.filters.http.router.v3.Router.getDescriptor(),
          io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3
              .HttpConnectionManager.getDescriptor(),
          io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.getDescriptor(),
          io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer.getDescriptor(),
          io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
              .getDescriptor(),
          io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
              .getDescriptor(),
          io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate
              .getDescriptor(),
          io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.getDescriptor());

  private IstiodDump() {}

  /** The vectors' folder; absent ones fail under CI and skip the test elsewhere. */
  static Path folder() {
    String configured = System.getenv("WEFT_VECTORS");
    Path root =
        configured == null ? Path.of("../../shared/vectors/istiod") : Path.of(configured, "istiod");
    if (!Files.isDirectory(root)) {
      String message = "No istiod vectors at " + root.toAbsolutePath() + "; set WEFT_VECTORS";
      if ("true".equals(System.getenv("CI"))) {
        fail(message);
      }
      Assumptions.abort(message);
    }
    return root;
  }

  static MeshSnapshot snapshot(String scenario) throws IOException {
    Map<ResourceType, List<Any>> resources = new EnumMap<>(ResourceType.class);
    resources.put(ResourceType.CLUSTER, read(scenario, "cds"));
    resources.put(ResourceType.ENDPOINT, read(scenario, "eds"));
    resources.put(ResourceType.LISTENER, read(scenario, "lds"));
    resources.put(ResourceType.ROUTE, read(scenario, "rds"));
    return OfflineSnapshot.of(resources);
  }

  private static List<Any> read(String scenario, String file) throws IOException {
    JsonNode dump = JSON.readTree(folder().resolve(scenario).resolve(file + ".json").toFile());
    JsonFormat.Parser parser =
        JsonFormat.parser()
            .usingTypeRegistry(JsonFormat.TypeRegistry.newBuilder().add(KNOWN).build());
    List<Any> resources = new ArrayList<>();
    for (JsonNode resource : dump) {
      prune(resource);
      Any.Builder any = Any.newBuilder();
      parser.merge(resource.toString(), any);
      resources.add(any.build());
    }
    return resources;
  }

  /** Removes entries whose configuration has a type that is not known here. */
  private static void prune(JsonNode node) {
    Iterator<JsonNode> children = node.elements();
    while (children.hasNext()) {
      JsonNode child = children.next();
      if (unknown(child) || (node instanceof ArrayNode && unknown(child.path("typed_config")))) {
        children.remove();
      } else {
        prune(child);
      }
    }
    if (node instanceof ObjectNode object && unknown(object.path("typed_config"))) {
      object.remove("typed_config");
    }
  }

  private static boolean unknown(JsonNode node) {
    String url = node.path("@type").asText("");
    return !url.isEmpty()
        && KNOWN.stream().noneMatch(type -> url.endsWith("/" + type.getFullName()));
  }
}
