package dev.weft.control.source;

/**
 * What names a document.
 *
 * @param kind such as {@code VirtualService}
 */
public record DocumentKey(String kind, String namespace, String name)
    implements Comparable<DocumentKey> {
  @Override
  public int compareTo(DocumentKey other) {
    int byKind = kind.compareTo(other.kind);
    if (byKind != 0) {
      return byKind;
    }
    int byNamespace = namespace.compareTo(other.namespace);
    return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
  }

  /** As people write it. */
  @Override
  public String toString() {
    return kind + " " + namespace + "/" + name;
  }
}
