package dev.weft.client.ads;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.weft.client.NodeFacts;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.core.v3.Node;
import java.util.Map;

/**
 * The ADS node as Istio's sidecars send it; docs/control-protocol.md says what our own server reads
 * of it.
 */
public final class NodeIdentity {
  /** The newest Istio whose shape we have tested; istiod adapts what it sends to it. */
  private static final String ISTIO_VERSION = "1.31.0";

  private NodeIdentity() {}

  /** Makes the node; {@code extra} metadata wins. */
  public static Node node(NodeFacts facts, Map<String, String> extra) {
    Struct.Builder labels = Struct.newBuilder();
    facts.labels().forEach((key, value) -> labels.putFields(key, text(value)));
    Struct.Builder metadata =
        Struct.newBuilder()
            .putFields("NAMESPACE", text(facts.namespace()))
            .putFields("SERVICE_ACCOUNT", text(facts.serviceAccount()))
            .putFields("INSTANCE_IPS", text(facts.address()))
            .putFields("ISTIO_VERSION", text(ISTIO_VERSION))
            .putFields("CLUSTER_ID", text("Kubernetes"))
            .putFields("WEFT_INSTANCE", text(facts.instanceId()))
            .putFields("LABELS", Value.newBuilder().setStructValue(labels).build());
    extra.forEach((key, value) -> metadata.putFields(key, text(value)));
    return Node.newBuilder()
        .setId(
            "sidecar~"
                + facts.address()
                + "~"
                + facts.instanceId()
                + "."
                + facts.namespace()
                + "~"
                + facts.namespace()
                + ".svc.cluster.local")
        .setCluster(facts.service() + "." + facts.namespace())
        .setUserAgentName("weft")
        .setUserAgentVersion(facts.agentVersion())
        .setLocality(
            Locality.newBuilder()
                .setRegion(facts.locality().region())
                .setZone(facts.locality().zone())
                .setSubZone(facts.locality().subZone()))
        .setMetadata(metadata)
        .build();
  }

  /** The namespace that a node says it is in; empty when it says none. */
  static String namespace(Node node) {
    return node.getMetadata()
        .getFieldsOrDefault("NAMESPACE", Value.getDefaultInstance())
        .getStringValue();
  }

  /** Whether a change of facts changes the node, which is only read at the start of a stream. */
  public static boolean differs(NodeFacts a, NodeFacts b) {
    return !a.address().equals(b.address())
        || !a.instanceId().equals(b.instanceId())
        || !a.namespace().equals(b.namespace())
        || !a.serviceAccount().equals(b.serviceAccount())
        || !a.service().equals(b.service())
        || !a.labels().equals(b.labels())
        || !a.locality().equals(b.locality());
  }

  private static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }
}
