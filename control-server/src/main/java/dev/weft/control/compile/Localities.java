package dev.weft.control.compile;

import dev.weft.control.source.DestinationRule.LocalitySetting;
import io.envoyproxy.envoy.config.core.v3.Locality;

/** Localities as {@code region/zone/subzone} and how near they are. */
final class Localities {
  private Localities() {}

  static String join(String region, String zone, String subZone) {
    if (!subZone.isEmpty()) {
      return region + "/" + zone + "/" + subZone;
    }
    if (!zone.isEmpty()) {
      return region + "/" + zone;
    }
    return region;
  }

  static Locality proto(String locality) {
    String[] parts = locality.split("/", 3);
    return Locality.newBuilder()
        .setRegion(parts[0])
        .setZone(parts.length > 1 ? parts[1] : "")
        .setSubZone(parts.length > 2 ? parts[2] : "")
        .build();
  }

  /** Istio's failover priority: 0 same subzone, 1 zone, 2 region, 3 chosen region, 4 others. */
  static int distance(String from, String to, LocalitySetting setting) {
    String[] a = from.split("/", 3);
    String[] b = to.split("/", 3);
    if (!a[0].equals(b[0])) {
      String chosen = setting.failover().get(a[0]);
      return chosen == null || chosen.equals(b[0]) ? 3 : 4;
    }
    if (!part(a, 1).equals(part(b, 1))) {
      return 2;
    }
    return part(a, 2).equals(part(b, 2)) ? 0 : 1;
  }

  private static String part(String[] parts, int index) {
    return parts.length > index ? parts[index] : "";
  }
}
