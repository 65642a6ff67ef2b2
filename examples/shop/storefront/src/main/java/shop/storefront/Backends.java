package shop.storefront;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.net.http.HttpClient;
import java.time.Duration;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.web.client.RestClient;
import shop.payments.PaymentsGrpc;

/** Clients of the services behind the storefront, each with its own library. */
@Configuration(proxyBeanMethods = false)
class Backends {

  /** Apache HttpClient 5, for catalog and orders. */
  @Bean
  HttpComponentsClientHttpRequestFactory apacheHttpClient() {
    var connections =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setMaxConnPerRoute(64)
            .setMaxConnTotal(128)
            .build();
    var factory =
        new HttpComponentsClientHttpRequestFactory(
            HttpClients.custom()
                .setConnectionManager(connections)
                .disableAutomaticRetries()
                .build());
    factory.setReadTimeout(Duration.ofSeconds(30));
    return factory;
  }

  @Bean
  RestClient catalog(
      HttpComponentsClientHttpRequestFactory http, @Value("${shop.catalog-url}") String url) {
    return RestClient.builder().requestFactory(http).baseUrl(url).build();
  }

  @Bean
  RestClient orders(
      HttpComponentsClientHttpRequestFactory http, @Value("${shop.orders-url}") String url) {
    return RestClient.builder().requestFactory(http).baseUrl(url).build();
  }

  @Bean
  HttpClient jdkHttpClient() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(Duration.ofSeconds(2))
        .build();
  }

  @Bean(destroyMethod = "shutdownNow")
  ManagedChannel paymentsChannel(@Value("${shop.payments-target}") String target) {
    return NettyChannelBuilder.forTarget(target).usePlaintext().build();
  }

  @Bean
  PaymentsGrpc.PaymentsBlockingStub payments(ManagedChannel paymentsChannel) {
    return PaymentsGrpc.newBlockingStub(paymentsChannel);
  }
}
