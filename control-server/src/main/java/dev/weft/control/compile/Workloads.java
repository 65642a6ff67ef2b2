package dev.weft.control.compile;

import java.util.List;
import java.util.Map;

/** What labels say of a workload. */
final class Workloads {
  private static final List<String> CANONICAL =
      List.of("service.istio.io/canonical-name", "app.kubernetes.io/name", "app");
  private static final List<String> REVISION =
      List.of("service.istio.io/canonical-revision", "app.kubernetes.io/version", "version");

  private Workloads() {}

  /** {@code istio.workload}: name, namespace, canonical service, revision, cluster. */
  static String metadata(
      String name, String namespace, Map<String, String> labels, String cluster) {
    return String.join(
        ";", name, namespace, first(labels, CANONICAL, name), first(labels, REVISION, ""), cluster);
  }

  /** {@code weft.dev/priority}, 0 to 9, else -1. */
  static int priority(Map<String, String> labels) {
    String value = labels.getOrDefault("weft.dev/priority", "");
    return value.length() == 1 && Character.isDigit(value.charAt(0)) ? value.charAt(0) - '0' : -1;
  }

  private static String first(Map<String, String> labels, List<String> names, String otherwise) {
    for (String name : names) {
      String value = labels.get(name);
      if (value != null) {
        return value;
      }
    }
    return otherwise;
  }
}
