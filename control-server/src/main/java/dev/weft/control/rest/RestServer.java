package dev.weft.control.rest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weft.control.page.StatusPage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP on loopback: JSON under {@code /v1}, {@code /metrics}, {@code /healthz}, the page.
 *
 * <p>Not authenticated: who reaches loopback governs. Web pages do not: requests with a foreign
 * {@code Host} (DNS rebinding) or {@code Origin} are refused.
 */
public final class RestServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RestServer.class);
  private static final int LARGEST_BODY_BYTES = 8 << 20;
  static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final HttpServer server;
  private final ExecutorService executor;

  private RestServer(HttpServer server, ExecutorService executor) {
    this.server = server;
    this.executor = executor;
  }

  /** A part of the API. */
  interface Resource {
    /** Answers with what becomes JSON; a {@link Text} is sent as it is. */
    Object handle(Request request) throws ApiException, IOException;
  }

  /** An answer that is not JSON. */
  record Text(String contentType, String body) {}

  /** A request, its body read. */
  record Request(
      String method, String path, Map<String, String> query, String body, String ifMatch) {}

  /** Opens the port; 0: any free one. */
  public static RestServer start(int port, ControlApi api) throws IOException {
    HttpServer http;
    try {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new IOException(
          "Port "
              + port
              + " cannot be opened: "
              + e.getMessage()
              + ". Choose another: --rest-port.",
          e);
    }
    ExecutorService executor =
        Executors.newFixedThreadPool(
            4,
            task -> {
              Thread thread = new Thread(task, "weft-rest");
              thread.setDaemon(true);
              return thread;
            });
    http.setExecutor(executor);
    RestServer server = new RestServer(http, executor);
    server.route("/v1/documents", new DocumentsResource(api));
    server.route("/v1/status", new StatusResource(api));
    server.route("/v1/services", new ServicesResource(api));
    server.route("/v1/tokens", new TokensResource(api));
    server.route("/v1/enabled", new EnabledResource(api));
    server.route("/v1/explain", new ExplainResource(api));
    server.route("/v1/prometheus/targets", new TargetsResource(api));
    server.route("/metrics", new MetricsResource(api));
    server.route("/healthz", request -> new Text("text/plain", "ok\n"));
    server.route("/", request -> page(request));
    http.start();
    return server;
  }

  private static Text page(Request request) throws ApiException, IOException {
    if (!request.path().equals("/")) {
      throw new ApiException(404, "There is nothing at " + request.path() + ".");
    }
    return new Text("text/html; charset=utf-8", StatusPage.html());
  }

  /** The bound port. */
  public int port() {
    return server.getAddress().getPort();
  }

  private void route(String path, Resource resource) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            answer(exchange, resource);
          }
        });
  }

  private static void answer(HttpExchange exchange, Resource resource) throws IOException {
    int status = 200;
    Object answer;
    try {
      checkSource(exchange);
      answer = resource.handle(request(exchange));
    } catch (ApiException e) {
      status = e.status();
      answer = Map.of("error", "" + e.getMessage(), "findings", e.findings());
    } catch (IOException | RuntimeException e) {
      LOG.error("{} {} failed.", exchange.getRequestMethod(), exchange.getRequestURI(), e);
      status = 500;
      answer =
          Map.of("error", "Internal error: " + e.getMessage(), "findings", java.util.List.of());
    }
    Text text =
        answer instanceof Text given
            ? given
            : new Text("application/json", JSON.writeValueAsString(answer) + "\n");
    byte[] bytes = text.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", text.contentType());
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
  }

  private static void checkSource(HttpExchange exchange) throws ApiException {
    String host = exchange.getRequestHeaders().getFirst("Host");
    String origin = exchange.getRequestHeaders().getFirst("Origin");
    if (host == null || !loopback("http://" + host) || (origin != null && !loopback(origin))) {
      throw new ApiException(403, "Only for programs and pages of this machine.");
    }
  }

  private static boolean loopback(String uri) {
    try {
      String host = URI.create(uri).getHost();
      return host != null
          && (host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]"));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static Request request(HttpExchange exchange) throws IOException, ApiException {
    byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY_BYTES + 1);
    if (body.length > LARGEST_BODY_BYTES) {
      throw new ApiException(413, "The body is larger than " + LARGEST_BODY_BYTES + " bytes.");
    }
    Map<String, String> query = new LinkedHashMap<>();
    String raw = exchange.getRequestURI().getRawQuery();
    for (String pair : raw == null ? new String[0] : raw.split("&")) {
      int equals = pair.indexOf('=');
      query.put(
          decode(equals < 0 ? pair : pair.substring(0, equals)),
          equals < 0 ? "" : decode(pair.substring(equals + 1)));
    }
    String ifMatch = exchange.getRequestHeaders().getFirst("If-Match");
    return new Request(
        exchange.getRequestMethod(),
        exchange.getRequestURI().getPath(),
        query,
        new String(body, StandardCharsets.UTF_8),
        ifMatch == null ? "" : ifMatch.replace("\"", ""));
  }

  private static String decode(String text) {
    return java.net.URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
