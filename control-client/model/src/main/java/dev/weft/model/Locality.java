package dev.weft.model;

/** Where something runs; parts may be empty. Source: {@code envoy.config.core.v3.Locality}. */
public record Locality(String region, String zone, String subZone) {
  /** Not known. */
  public static final Locality UNKNOWN = new Locality("", "", "");
}
