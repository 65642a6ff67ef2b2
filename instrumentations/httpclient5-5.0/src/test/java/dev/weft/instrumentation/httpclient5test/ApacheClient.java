package dev.weft.instrumentation.httpclient5test;

import dev.weft.instrumentation.testing.HttpClientUnderTest;
import dev.weft.instrumentation.testing.Request;
import dev.weft.instrumentation.testing.Response;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.CloseableHttpResponse;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.jspecify.annotations.Nullable;

/** An application that uses the classic client, by its public API of 5.0. */
class ApacheClient implements HttpClientUnderTest {
  private final CloseableHttpClient client;

  ApacheClient(HttpClientBuilder builder) {
    client = builder.build();
  }

  static ApacheClient with(Options options) {
    HttpClientBuilder builder = HttpClientBuilder.create();
    if (!options.followRedirects()) {
      builder.disableRedirectHandling();
    }
    if (!options.cookies()) {
      builder.disableCookieManagement();
    }
    if (!options.ownRetries()) {
      builder.disableAutomaticRetries();
    }
    return new ApacheClient(builder);
  }

  @Override
  public Response send(Request request) throws IOException {
    HttpClientContext context = HttpClientContext.create();
    HttpUriRequestBase message = message(request);
    return client.execute(message, context, response -> read(response, context));
  }

  private static Response read(
      org.apache.hc.core5.http.ClassicHttpResponse response, HttpClientContext context)
      throws IOException {
    Map<String, List<String>> headers = new HashMap<>();
    for (Header header : response.getHeaders()) {
      headers
          .computeIfAbsent(header.getName().toLowerCase(Locale.ROOT), n -> new ArrayList<>())
          .add(header.getValue());
    }
    HttpEntity entity = response.getEntity();
    byte[] body = entity == null ? new byte[0] : EntityUtils.toByteArray(entity);
    return new Response(
        response.getCode(), headers, body == null ? new byte[0] : body, uri(context));
  }

  private static URI uri(HttpClientContext context) {
    try {
      return context.getRequest().getUri();
    } catch (java.net.URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  @SuppressWarnings("deprecation") // The only way to get an open body in 5.0.
  public InputStream open(Request request) throws IOException {
    CloseableHttpResponse response = client.execute(message(request));
    return new FilterInputStream(response.getEntity().getContent()) {
      @Override
      public void close() throws IOException {
        response.close();
      }
    };
  }

  @Override
  public Running start(Request request) {
    HttpUriRequestBase message = message(request);
    return new Blocking(message);
  }

  @Override
  public void close() throws IOException {
    client.close();
  }

  static HttpUriRequestBase message(Request request) {
    HttpUriRequestBase message = new HttpUriRequestBase(request.method(), request.uri());
    request.headers().forEach(h -> message.addHeader(h.getKey(), h.getValue()));
    if (request.body() != null) {
      byte[] bytes = request.bytes();
      message.setEntity(
          request.oneShot()
              ? new InputStreamEntity(
                  new ByteArrayInputStream(bytes), bytes.length, ContentType.TEXT_PLAIN)
              : new ByteArrayEntity(bytes, ContentType.TEXT_PLAIN));
    }
    if (request.timeout() != null) {
      message.setConfig(
          RequestConfig.custom()
              .setResponseTimeout(request.timeout().toMillis(), TimeUnit.MILLISECONDS)
              .build());
    }
    return message;
  }

  /** A call on its own thread, cancelled by the request's own {@code cancel()}. */
  private final class Blocking implements Running {
    private final HttpUriRequestBase message;
    private final Thread thread;
    private volatile @Nullable Throwable failure;

    Blocking(HttpUriRequestBase message) {
      this.message = message;
      thread =
          new Thread(
              () -> {
                try {
                  client.execute(
                      message, response -> EntityUtils.toByteArray(response.getEntity()));
                } catch (Throwable t) {
                  failure = t;
                }
              });
      thread.start();
    }

    @Override
    public void cancel() {
      message.cancel();
    }

    @Override
    public @Nullable Throwable outcome() throws InterruptedException {
      thread.join();
      return failure;
    }
  }
}
