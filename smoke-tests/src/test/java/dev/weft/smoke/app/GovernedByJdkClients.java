package dev.weft.smoke.app;

import com.sun.net.httpserver.HttpServer;
import dev.weft.instrumentation.testing.Service;
import dev.weft.instrumentation.testing.TestMesh;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/**
 * Calls a host that only the mesh knows with each client of the JDK and prints what came back. The
 * mesh is the engine with one service, on this application's own class path.
 */
public final class GovernedByJdkClients {
  private static final URI SERVICE = URI.create("http://catalog/hello");

  private GovernedByJdkClients() {}

  public static void main(String[] arguments) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String host = exchange.getRequestHeaders().getFirst("Host");
          byte[] body = ("asked for " + host).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try (TestMesh mesh = TestMesh.start()) {
      mesh.apply(Service.named("catalog").endpoint(server.getAddress().getPort()));
      print("java.net.http", GovernedByJdkClients::send);
      print("java.net.http async", GovernedByJdkClients::sendAsync);
      print("HttpURLConnection", GovernedByJdkClients::connection);
      System.out.println("calls seen by the mesh: " + mesh.calls().size());
      mesh.internalErrors().forEach(Throwable::printStackTrace);
    } finally {
      server.stop(0);
    }
  }

  private static String send() throws Exception {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(SERVICE).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static String sendAsync() {
    return HttpClient.newHttpClient()
        .sendAsync(HttpRequest.newBuilder(SERVICE).build(), HttpResponse.BodyHandlers.ofString())
        .join()
        .body();
  }

  private static String connection() throws Exception {
    HttpURLConnection connection = (HttpURLConnection) SERVICE.toURL().openConnection();
    try (InputStream in = connection.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void print(String client, Body body) {
    try {
      System.out.println(client + ": " + body.get());
    } catch (Exception failed) {
      System.out.println(client + ": " + failed);
    }
  }

  private interface Body {
    String get() throws Exception;
  }
}
