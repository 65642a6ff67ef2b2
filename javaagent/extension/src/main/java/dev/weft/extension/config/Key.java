package dev.weft.extension.config;

import java.util.Locale;

/**
 * Every key of the agent's configuration. {@code docs/configuration.md} is generated from here.
 *
 * <p>A value comes from the system property ({@code -Dweft.service_account=…}), else the
 * environment variable ({@code WEFT_SERVICE_ACCOUNT}), else the file {@code weft.config} in the
 * working directory ({@code service_account=…}).
 */
public enum Key {
  CONTROL(
      "",
      "host:port, optionally with http:// (plaintext ADS, loopback only) or https:// (default)",
      "Control server or istiod. Empty: the agent stays idle."),
  CONTROL_CA(
      "",
      "path of a PEM file",
      "Root certificate of the control server: its root.pem. Empty: the JDK's trust store."),
  SERVICE(
      "",
      "DNS label",
      "Name of the service that this JVM is. Default: OTEL_SERVICE_NAME, else otel.service.name."
          + " Without any the JVM is a client only."),
  NAMESPACE("default", "DNS label", "Namespace of the service."),
  SERVICE_ACCOUNT("", "DNS label", "Service account of the identity. Default: the service name."),
  TOKEN("", "text", "Join token or JWT for the control server."),
  TOKEN_FILE("", "path", "File that holds the token; read anew at every connect."),
  LABELS("", "key=value,…", "Labels of this instance, such as version=v2."),
  LOCALITY("", "region[/zone[/subzone]]", "Where this instance runs."),
  PORTS(
      "",
      "protocol:port[=listening port],… with protocol http, http2, grpc or tcp",
      "Ports that this JVM serves. Default: ports that woven servers open."),
  ADDRESS("", "IP address", "Address under which peers reach this JVM. Default: found."),
  INBOUND_DEFAULT(
      "open",
      "open | hold | closed",
      "What a served port does before its first policy is known: take anything, or refuse. hold"
          + " refuses too: connections do not wait yet."),
  CACHE_DIR(
      "",
      "path | off",
      "Where the last known configuration is kept. Default: weft-USER/SERVICE below java.io.tmpdir."),
  ADMIN("15000", "port | off", "Admin endpoint on loopback; taken: the next free port."),
  METRICS(
      "",
      "[address:]port",
      "Address for Prometheus scraping. Default: the admin endpoint's /metrics only."),
  ACCESS_LOG("off", "off | stdout | stderr | path", "One JSON line per call."),
  WAIT(
      "3s",
      "duration such as 500ms or 3s; 0: never",
      "How long the first call may wait for the first configuration, once per process and only when"
          + " nothing is cached."),
  TRACES_SAMPLE("1.0", "0.0 to 1.0", "Share of traces started here that are sampled."),
  DRAIN("1s", "duration", "How long shutdown waits after telling peers to stop sending."),
  ENABLED("true", "true | false", "Kill switch."),
  SIDECAR(
      "",
      "ignore",
      "Join although a sidecar governs this process. Default: the agent stays idle beside one.");

  private final String fallback;
  private final String accepted;
  private final String purpose;

  Key(String fallback, String accepted, String purpose) {
    this.fallback = fallback;
    this.accepted = accepted;
    this.purpose = purpose;
  }

  /** Name of the environment variable. */
  public String variable() {
    return "WEFT_" + name();
  }

  /** Name of the system property. */
  public String property() {
    return "weft." + name().toLowerCase(Locale.ROOT);
  }

  /** Value when nobody sets one. */
  public String fallback() {
    return fallback;
  }

  /** Form of accepted values, for people. */
  public String accepted() {
    return accepted;
  }

  /** What it is for. */
  public String purpose() {
    return purpose;
  }
}
