package dev.weft.smoke.envoy;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** One Envoy that passes everything from a port of its own to one other. */
final class Envoy implements AutoCloseable {
  private final Process process;
  private final int port;
  private final int admin;

  private Envoy(Process process, int port, int admin) {
    this.process = process;
    this.port = port;
    this.admin = admin;
  }

  /**
   * @param downstream TLS context of the listener, or "" for plaintext
   * @param upstream TLS context of the cluster, or "" for plaintext
   */
  static Envoy start(
      Path folder, String name, String downstream, int target, String upstream, boolean http2)
      throws IOException, InterruptedException {
    int port = freePort();
    int admin = freePort();
    Path file = folder.resolve(name + ".yaml");
    Files.writeString(file, config(port, admin, downstream, target, upstream, http2));
    Path log = folder.resolve(name + ".log");
    Process process =
        new ProcessBuilder(
                EnvoyBinary.path(),
                "-c",
                file.toString(),
                "--use-dynamic-base-id",
                "--concurrency",
                "1",
                "-l",
                "warn")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Envoy envoy = new Envoy(process, port, admin);
    try {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                if (!process.isAlive()) {
                  throw new AssertionError("Envoy ended: " + Files.readString(log));
                }
                return accepts(port) && accepts(admin);
              });
    } catch (RuntimeException | Error e) {
      envoy.close();
      throw e;
    }
    return envoy;
  }

  int port() {
    return port;
  }

  /** TLS handshakes that Envoy has completed at its listener, or towards its cluster. */
  long handshakes(boolean downstream) throws IOException {
    String text =
        new String(
            URI.create("http://127.0.0.1:" + admin + "/stats?filter=ssl.handshake")
                .toURL()
                .openStream()
                .readAllBytes(),
            StandardCharsets.UTF_8);
    String prefix = downstream ? "listener.127.0.0.1_" + port + "." : "cluster.out.";
    for (String line : text.split("\n")) {
      if (line.startsWith(prefix + "ssl.handshake: ")) {
        return Long.parseLong(line.substring(line.indexOf(": ") + 2).trim());
      }
    }
    throw new AssertionError("No handshake counter of " + prefix + " in: " + text);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** TLS towards a peer, as Istio writes it for a subset's cluster. */
  static String upstreamTls(Pem own, String expectedSan, String sni, String alpn) {
    return """
          transport_socket:
            name: envoy.transport_sockets.tls
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
              sni: "%s"
              common_tls_context:
                alpn_protocols: [%s]
                tls_certificates:
                - certificate_chain: {filename: "%s"}
                  private_key: {filename: "%s"}
                validation_context:
                  trusted_ca: {filename: "%s"}
                  match_typed_subject_alt_names:
                  - san_type: URI
                    matcher: {exact: "%s"}
      """
        .formatted(sni, alpn, own.chain(), own.key(), own.roots(), expectedSan);
  }

  /** TLS for peers, as in the mTLS chain of Istio's virtualInbound. */
  static String downstreamTls(Pem own, String expectedSan) {
    return """
            transport_socket:
              name: envoy.transport_sockets.tls
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
                require_client_certificate: true
                common_tls_context:
                  alpn_protocols: [h2, http/1.1]
                  tls_certificates:
                  - certificate_chain: {filename: "%s"}
                    private_key: {filename: "%s"}
                  validation_context:
                    trusted_ca: {filename: "%s"}
                    match_typed_subject_alt_names:
                    - san_type: URI
                      matcher: {exact: "%s"}
      """
        .formatted(own.chain(), own.key(), own.roots(), expectedSan);
  }

  private static String config(
      int port, int admin, String downstream, int target, String upstream, boolean http2) {
    String protocol = http2 ? "http2_protocol_options: {}" : "http_protocol_options: {}";
    return """
      admin:
        address: {socket_address: {address: 127.0.0.1, port_value: %d}}
      static_resources:
        listeners:
        - name: in
          address: {socket_address: {address: 127.0.0.1, port_value: %d}}
          filter_chains:
          - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: in
                forward_client_cert_details: SANITIZE_SET
                set_current_client_cert_details: {uri: true}
                http_filters:
                - name: envoy.filters.http.router
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
                route_config:
                  virtual_hosts:
                  - name: all
                    domains: ["*"]
                    routes:
                    - match: {prefix: "/"}
                      route: {cluster: out}
      %s
        clusters:
        - name: out
          connect_timeout: 2s
          typed_extension_protocol_options:
            envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
              "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
              explicit_http_config: {%s}
          load_assignment:
            cluster_name: out
            endpoints:
            - lb_endpoints:
              - endpoint:
                  address: {socket_address: {address: 127.0.0.1, port_value: %d}}
      %s
      """
        .formatted(admin, port, downstream, protocol, target, upstream);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }
}
