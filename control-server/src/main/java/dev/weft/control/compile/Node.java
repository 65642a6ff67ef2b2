package dev.weft.control.compile;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whom a snapshot is made for.
 *
 * @param instance id of its registration; may be empty
 * @param ips {@code INSTANCE_IPS}; empty for our agents, as several of them may share an address
 * @param locality {@code region/zone/subzone}
 * @param outboundBind {@code WEFT_OUTBOUND}: address on which an Envoy without interception opens
 *     one forward proxy for HTTP; empty: none
 */
public record Node(
    String id,
    String instance,
    String namespace,
    String serviceAccount,
    List<String> ips,
    Map<String, String> labels,
    String locality,
    String outboundBind) {
  public Node {
    ips = List.copyOf(ips);
    labels = Map.copyOf(labels);
  }

  /**
   * Reads Istio's node: id {@code sidecar~IP~NAME.NS~NS.svc.DOMAIN} and metadata.
   *
   * @throws IllegalArgumentException when the id has another form
   */
  public static Node of(io.envoyproxy.envoy.config.core.v3.Node node) {
    String[] parts = node.getId().split("~", -1);
    if (parts.length != 4) {
      throw new IllegalArgumentException(
          "node.id is '"
              + node.getId()
              + "'; send sidecar~IP~NAME.NAMESPACE~NAMESPACE.svc.DOMAIN as Istio's proxies do.");
    }
    Struct metadata = node.getMetadata();
    String namespace = text(metadata, "NAMESPACE");
    if (namespace.isEmpty()) {
      int dot = parts[2].indexOf('.');
      namespace = dot < 0 ? "default" : parts[2].substring(dot + 1);
    }
    String instance = text(metadata, "WEFT_INSTANCE");
    boolean ours = !instance.isEmpty();
    if (instance.isEmpty() && parts[2].endsWith("." + namespace)) {
      instance = parts[2].substring(0, parts[2].length() - namespace.length() - 1);
    }
    String ips = text(metadata, "INSTANCE_IPS");
    Map<String, String> labels = new HashMap<>();
    metadata
        .getFieldsOrDefault("LABELS", Value.getDefaultInstance())
        .getStructValue()
        .getFieldsMap()
        .forEach((name, value) -> labels.put(name, value.getStringValue()));
    var l = node.getLocality();
    return new Node(
        node.getId(),
        instance,
        namespace,
        text(metadata, "SERVICE_ACCOUNT"),
        ours ? List.of() : ips.isEmpty() ? List.of(parts[1]) : Arrays.asList(ips.split(",")),
        labels,
        Localities.join(l.getRegion(), l.getZone(), l.getSubZone()),
        text(metadata, "WEFT_OUTBOUND"));
  }

  private static String text(Struct metadata, String name) {
    Value value = metadata.getFieldsMap().get(name);
    if (value == null) {
      return "";
    }
    return value.hasBoolValue() ? "" + value.getBoolValue() : value.getStringValue();
  }
}
