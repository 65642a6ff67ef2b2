package dev.weft.client.vectors;

import static org.assertj.core.api.Assertions.fail;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Any;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Assumptions;

/**
 * Reads the dumps back into protobuf. Types that we have no class for (Istio's own extensions) keep
 * their type URL and their content as JSON text in field 1 of a made-up message, so that on the
 * wire they are what they are for us: bytes of an unknown type.
 */
final class Vectors {
  private static final List<Descriptor> KNOWN =
      List.of(
          io.envoyproxy.envoy.config.cluster.v3.Cluster.getDescriptor(),
          io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment.getDescriptor(),
          io.envoyproxy.envoy.config.listener.v3.Listener.getDescriptor(),
          io.envoyproxy.envoy.config.route.v3.RouteConfiguration.getDescriptor(),
          io.envoyproxy.envoy.extensions.filters.http.cors.v3.Cors.getDescriptor(),
          io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsPolicy.getDescriptor(),
          io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault.getDescriptor(),
          io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC.getDescriptor(),
          io.envoyproxy.envoy.extensions.filters.network.rbac.v3.RBAC.getDescriptor(),
          io.envoyproxy.envoy.extensions.filters.http.router.v3.Router.getDescriptor(),
          io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3
              .HttpConnectionManager.getDescriptor(),
          io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.getDescriptor(),
          io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer.getDescriptor(),
          io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
              .getDescriptor(),
          io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
              .getDescriptor(),
          io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.getDescriptor());

  private final Path root;

  private Vectors(Path root) {
    this.root = root;
  }

  /** Finds the vectors; absent ones fail under CI and skip the test elsewhere. */
  static Vectors open() {
    String configured = System.getenv("WEFT_VECTORS");
    Path root =
        configured == null ? Path.of("../../shared/vectors/istiod") : Path.of(configured, "istiod");
    if (!Files.isRegularFile(root.resolve("expectations.json"))) {
      String message = "No istiod vectors at " + root.toAbsolutePath() + "; set WEFT_VECTORS";
      if ("true".equals(System.getenv("CI"))) {
        fail(message);
      }
      Assumptions.abort(message);
    }
    return new Vectors(root);
  }

  JsonArray facts() throws IOException {
    return JsonParser.parseString(Files.readString(root.resolve("expectations.json")))
        .getAsJsonObject()
        .getAsJsonArray("facts");
  }

  JsonObject node(String scenario) throws IOException {
    for (JsonElement s :
        JsonParser.parseString(Files.readString(root.resolve("nodes.json")))
            .getAsJsonObject()
            .getAsJsonArray("scenarios")) {
      if (s.getAsJsonObject().get("scenario").getAsString().equals(scenario)) {
        return s.getAsJsonObject().getAsJsonObject("node");
      }
    }
    throw new IOException("No node for " + scenario);
  }

  /** The resources of a dump by name; empty when the scenario has none of that type. */
  Map<String, Any> resources(String scenario, String file) throws IOException {
    Path path = root.resolve(scenario).resolve(file + ".json");
    if (!Files.exists(path)) {
      return Map.of();
    }
    JsonArray dump = JsonParser.parseString(Files.readString(path)).getAsJsonArray();
    Set<String> types = new TreeSet<>();
    JsonElement prepared = prepare(dump, types);
    JsonFormat.TypeRegistry.Builder registry = JsonFormat.TypeRegistry.newBuilder().add(KNOWN);
    types.forEach(type -> registry.add(opaque(type)));
    JsonFormat.Parser parser = JsonFormat.parser().usingTypeRegistry(registry.build());
    Map<String, Any> resources = new LinkedHashMap<>();
    for (JsonElement e : prepared.getAsJsonArray()) {
      Any.Builder any = Any.newBuilder();
      parser.merge(e.toString(), any);
      JsonObject o = e.getAsJsonObject();
      String name = (o.has("name") ? o.get("name") : o.get("cluster_name")).getAsString();
      resources.put(name, any.build());
    }
    return resources;
  }

  private static JsonElement prepare(JsonElement e, Set<String> unknown) {
    if (e.isJsonArray()) {
      JsonArray array = new JsonArray();
      e.getAsJsonArray().forEach(item -> array.add(prepare(item, unknown)));
      return array;
    }
    if (!e.isJsonObject()) {
      return e;
    }
    JsonObject from = e.getAsJsonObject();
    JsonObject to = new JsonObject();
    if (from.has("@type")) {
      String url = from.get("@type").getAsString();
      String type = url.substring(url.lastIndexOf('/') + 1);
      if (KNOWN.stream().noneMatch(d -> d.getFullName().equals(type))) {
        unknown.add(type);
        to.addProperty("@type", url);
        to.addProperty("json", from.toString());
        return to;
      }
    }
    from.entrySet().forEach(x -> to.add(x.getKey(), prepare(x.getValue(), unknown)));
    return to;
  }

  private static Descriptor opaque(String fullName) {
    int dot = fullName.lastIndexOf('.');
    FileDescriptorProto file =
        FileDescriptorProto.newBuilder()
            .setName(fullName + ".proto")
            .setPackage(fullName.substring(0, dot))
            .setSyntax("proto3")
            .addMessageType(
                DescriptorProto.newBuilder()
                    .setName(fullName.substring(dot + 1))
                    .addField(
                        FieldDescriptorProto.newBuilder()
                            .setName("json")
                            .setNumber(1)
                            .setType(FieldDescriptorProto.Type.TYPE_STRING)
                            .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL)))
            .build();
    try {
      return Descriptors.FileDescriptor.buildFrom(file, new Descriptors.FileDescriptor[0])
          .getMessageTypes()
          .get(0);
    } catch (Descriptors.DescriptorValidationException ex) {
      throw new IllegalStateException(ex);
    }
  }

  /** A cache by scenario. */
  static <T> Function<String, T> once(Function<String, T> make) {
    Map<String, T> made = new HashMap<>();
    return key -> made.computeIfAbsent(key, make);
  }
}
