package dev.weft.control.compile;

import dev.weft.control.source.Document;
import dev.weft.control.source.PeerAuthentication;
import dev.weft.control.source.PeerAuthentication.Mode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a port takes connections: the workload's PeerAuthentication, else its namespace's, else the
 * root namespace's, else PERMISSIVE. Of several at one level the first by name counts.
 */
public record PeerModes(List<Document> documents, String rootNamespace) {
  public PeerModes {
    documents = List.copyOf(documents);
  }

  /** The mode of a port of a workload. */
  public Mode of(String namespace, Map<String, String> labels, int targetPort) {
    Mode mode = null;
    PeerAuthentication own = workload(namespace, labels);
    if (own != null) {
      mode = own.ports().getOrDefault(targetPort, own.mode());
    }
    return mode != null ? mode : ofNamespace(namespace);
  }

  /** The mode of ports that no workload policy speaks of. */
  public Mode ofNamespace(String namespace) {
    Mode mode = wide(namespace);
    if (mode == null && !namespace.equals(rootNamespace)) {
      mode = wide(rootNamespace);
    }
    return mode == null ? Mode.PERMISSIVE : mode;
  }

  private @Nullable PeerAuthentication workload(String namespace, Map<String, String> labels) {
    for (Document document : documents) {
      PeerAuthentication policy = (PeerAuthentication) document.spec();
      if (document.key().namespace().equals(namespace)
          && !policy.selector().isEmpty()
          && labels.entrySet().containsAll(policy.selector().entrySet())) {
        return policy;
      }
    }
    return null;
  }

  private @Nullable Mode wide(String namespace) {
    for (Document document : documents) {
      PeerAuthentication policy = (PeerAuthentication) document.spec();
      if (document.key().namespace().equals(namespace) && policy.selector().isEmpty()) {
        return policy.mode();
      }
    }
    return null;
  }
}
