package dev.weft.client;

import java.util.List;

/**
 * What {@code weft status} shows of this JVM beside what the client knows itself (configuration
 * version, certificate, parts not applied). Sent over the Register stream when it changed.
 *
 * @param enabled whether the mesh is in force in this process
 * @param host {@code own-loader} or {@code otel-agent}
 */
public record AgentReport(
    List<Library> libraries,
    boolean enabled,
    String javaVersion,
    long internalErrors,
    String host) {
  public AgentReport {
    libraries = List.copyOf(libraries);
  }

  /**
   * A library that was met.
   *
   * @param reason why not, when not governed
   */
  public record Library(String name, String version, boolean governed, String reason) {}
}
