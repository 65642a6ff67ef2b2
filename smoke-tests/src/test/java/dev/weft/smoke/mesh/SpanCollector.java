package dev.weft.smoke.mesh;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes spans by OTLP over HTTP; field numbers from {@code opentelemetry/proto/trace/v1}. */
final class SpanCollector implements AutoCloseable {
  private final HttpServer server;
  private final List<Span> spans = new CopyOnWriteArrayList<>();

  /**
   * @param kind 2 server, 3 client
   */
  record Span(
      String service,
      String traceId,
      String spanId,
      String parentId,
      int kind,
      Map<String, String> attributes) {}

  SpanCollector() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/v1/traces",
        exchange -> {
          take(UnknownFieldSet.parseFrom(exchange.getRequestBody().readAllBytes()));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  List<Span> spans() {
    return List.copyOf(spans);
  }

  private void take(UnknownFieldSet request) throws IOException {
    for (UnknownFieldSet resourceSpans : messages(request, 1)) {
      String service = "";
      for (UnknownFieldSet resource : messages(resourceSpans, 1)) {
        service = attributes(resource, 1).getOrDefault("service.name", "");
      }
      for (UnknownFieldSet scope : messages(resourceSpans, 2)) {
        for (UnknownFieldSet span : messages(scope, 2)) {
          spans.add(
              new Span(
                  service,
                  hex(span, 1),
                  hex(span, 2),
                  hex(span, 4),
                  span.getField(6).getVarintList().get(0).intValue(),
                  attributes(span, 9)));
        }
      }
    }
  }

  private static Map<String, String> attributes(UnknownFieldSet of, int field) throws IOException {
    Map<String, String> attributes = new TreeMap<>();
    for (UnknownFieldSet pair : messages(of, field)) {
      String key = pair.getField(1).getLengthDelimitedList().get(0).toStringUtf8();
      for (UnknownFieldSet value : messages(pair, 2)) {
        if (value.hasField(1)) {
          attributes.put(key, value.getField(1).getLengthDelimitedList().get(0).toStringUtf8());
        } else if (value.hasField(3)) {
          attributes.put(key, String.valueOf(value.getField(3).getVarintList().get(0)));
        }
      }
    }
    return attributes;
  }

  private static List<UnknownFieldSet> messages(UnknownFieldSet of, int field) throws IOException {
    List<UnknownFieldSet> messages = new java.util.ArrayList<>();
    for (ByteString bytes : of.getField(field).getLengthDelimitedList()) {
      messages.add(UnknownFieldSet.parseFrom(bytes));
    }
    return messages;
  }

  private static String hex(UnknownFieldSet span, int field) {
    List<ByteString> values = span.getField(field).getLengthDelimitedList();
    return values.isEmpty() ? "" : HexFormat.of().formatHex(values.get(0).toByteArray());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
