package dev.weft.smoke.harm.app;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.util.Timeout;

/** Apache HttpClient 5, with all that it does by default: retries, compression, redirects. */
final class ApacheHarmClient implements HarmClient {
  private final Shape shape;
  private final boolean differs;
  private final CloseableHttpClient client;

  ApacheHarmClient(Shape shape, int serverPort, boolean differs) {
    this.shape = shape;
    this.differs = differs;
    RequestConfig.Builder config = RequestConfig.custom().setResponseTimeout(Timeout.ofSeconds(20));
    HttpClientBuilder builder = HttpClientBuilder.create();
    switch (shape.option()) {
      case "timeout":
        config.setResponseTimeout(Timeout.of(300, TimeUnit.MILLISECONDS));
        break;
      case "expect":
        config.setExpectContinueEnabled(true);
        break;
      case "auth":
        BasicCredentialsProvider credentials = new BasicCredentialsProvider();
        credentials.setCredentials(
            new AuthScope(null, -1),
            new UsernamePasswordCredentials("user", "secret".toCharArray()));
        builder.setDefaultCredentialsProvider(credentials);
        break;
      case "proxy":
        builder.setProxy(new HttpHost("127.0.0.1", serverPort));
        break;
      default:
        break;
    }
    if (!shape.option().equals("follow")) {
      builder.disableRedirectHandling();
    }
    client = builder.setDefaultRequestConfig(config.build()).build();
  }

  @Override
  public String send(String url) throws Exception {
    HttpUriRequestBase request = new HttpUriRequestBase(shape.method(), java.net.URI.create(url));
    if (shape.body().startsWith("stream")) {
      request.setEntity(
          new InputStreamEntity(HarmClient.stream(shape), ContentType.APPLICATION_OCTET_STREAM));
    } else if (!shape.body().equals("none")) {
      request.setEntity(
          new ByteArrayEntity(HarmClient.bytes(shape), ContentType.APPLICATION_OCTET_STREAM));
    }
    if (shape.option().equals("header") || differs) {
      request.addHeader("X-Own", "a");
      request.addHeader("X-Own", "b");
      request.setHeader("User-Agent", "mine");
    }
    if (shape.option().equals("cancel")) {
      new Thread(() -> cancelSoon(request)).start();
    }
    HttpClientContext context = HttpClientContext.create();
    return client.execute(
        request,
        context,
        response -> {
          Map<String, List<String>> headers = new HashMap<>();
          for (Header header : response.getHeaders()) {
            headers
                .computeIfAbsent(header.getName(), name -> new ArrayList<>())
                .add(header.getValue());
          }
          byte[] body =
              response.getEntity() == null
                  ? new byte[0]
                  : EntityUtils.toByteArray(response.getEntity());
          String seen =
              List.of(context.getRequest().getHeaders())
                  + " "
                  + context.getRedirectLocations().getAll();
          return HarmClient.describe(
              response.getCode(), headers, body == null ? new byte[0] : body, seen);
        });
  }

  private static void cancelSoon(HttpUriRequestBase request) {
    try {
      Thread.sleep(200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    request.cancel();
  }

  @Override
  public void close() throws Exception {
    client.close();
  }
}
