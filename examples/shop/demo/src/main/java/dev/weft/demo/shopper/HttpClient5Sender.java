package dev.weft.demo.shopper;

import dev.weft.demo.load.LoadSpec;
import dev.weft.demo.load.Sender;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.util.Timeout;

/** Apache HttpClient 5 as an application has it, without retries of its own. */
final class HttpClient5Sender implements Sender {
  private final CloseableHttpClient client =
      HttpClients.custom()
          .setConnectionManager(
              PoolingHttpClientConnectionManagerBuilder.create()
                  .setMaxConnPerRoute(1_000)
                  .setMaxConnTotal(2_000)
                  .build())
          .setDefaultRequestConfig(
              RequestConfig.custom().setResponseTimeout(Timeout.ofSeconds(40)).build())
          .disableAutomaticRetries()
          .disableCookieManagement()
          .build();

  @Override
  public Reply send(LoadSpec spec, String url, String body) throws Exception {
    HttpUriRequestBase request = new HttpUriRequestBase(spec.method(), java.net.URI.create(url));
    spec.headers().forEach(request::setHeader);
    if (!body.isEmpty()) {
      request.setEntity(new StringEntity(body, ContentType.APPLICATION_JSON));
    }
    return client.execute(
        request,
        response -> {
          String text =
              response.getEntity() == null ? "" : EntityUtils.toString(response.getEntity());
          return new Reply(response.getCode(), text);
        });
  }
}
