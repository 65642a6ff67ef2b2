package dev.weft.control.source;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * A document that was read and accepted.
 *
 * @param resourceVersion hash of the content; see {@code docs/decisions/0041}
 * @param raw as written, without {@code metadata.resourceVersion} and {@code status}
 */
public record Document(
    DocumentKey key,
    String resourceVersion,
    Map<String, String> labels,
    Map<String, String> annotations,
    Spec spec,
    ObjectNode raw) {
  public Document {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
  }

  /** Label or annotation, empty when there is neither. */
  public String mark(String name) {
    return labels.getOrDefault(name, annotations.getOrDefault(name, ""));
  }
}
