package dev.weft.instrumentation.httpclient5test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.weft.bootstrap.Mesh;
import dev.weft.instrumentation.httpclient5.HttpClient5InstrumentationModule;
import dev.weft.instrumentation.testing.Answer;
import dev.weft.instrumentation.testing.Backend;
import dev.weft.instrumentation.testing.Request;
import dev.weft.instrumentation.testing.Response;
import dev.weft.instrumentation.testing.Woven;
import dev.weft.instrumentation.testing.WovenLibrary;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.BasicHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is particular to this library, with an engine that may break. */
@Woven(HttpClient5InstrumentationModule.class)
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class HttpClient5SteeringTest {
  private final Backend backend = Backend.plain("a");
  private final FixedEngine engine = new FixedEngine("catalog", backend.address());

  @BeforeEach
  void install() {
    Mesh.install(engine);
  }

  @AfterEach
  void close() {
    Mesh.install(null);
    backend.close();
  }

  @Test
  void theLibraryIsReportedAsGoverned() throws Exception {
    try (ApacheClient client = new ApacheClient(HttpClientBuilder.create())) {
      client.send(Request.get("http://catalog/"));
    }

    assertThat(WovenLibrary.woven())
        .singleElement()
        .satisfies(
            library -> {
              assertThat(library.name()).isEqualTo("Apache HttpClient 5");
              assertThat(library.governed()).as(library.reasons().toString()).isTrue();
              assertThat(library.wovenTypes()).hasSize(4);
              assertThat(library.version())
                  .isEqualTo(System.getProperty("weft.test.httpclient5.version"));
            });
  }

  @Test
  void reportsComeInOrderAndOnce() throws Exception {
    try (ApacheClient client = new ApacheClient(HttpClientBuilder.create())) {
      Response response = client.send(Request.get("http://catalog/"));
      assertThat(response.text()).isEqualTo("a");
    }

    assertThat(backend.only().header("x-mesh")).isEqualTo("yes");
    assertThat(engine.events)
        .containsExactly(
            "begin",
            "next",
            "write headers",
            "sent",
            "response",
            "write response headers",
            "end COMPLETE",
            "end");
    assertThat(engine.internalErrors).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(PoolConcurrencyPolicy.class)
  void anyPoolOfTheLibraryWorks(PoolConcurrencyPolicy policy) throws Exception {
    PoolingHttpClientConnectionManager pool =
        PoolingHttpClientConnectionManagerBuilder.create().setPoolConcurrencyPolicy(policy).build();
    try (ApacheClient client =
        new ApacheClient(HttpClientBuilder.create().setConnectionManager(pool))) {
      for (int i = 0; i < 5; i++) {
        assertThat(client.send(Request.get("http://catalog/")).text()).isEqualTo("a");
      }
    }
    assertThat(backend.connections()).isEqualTo(1);
  }

  @Test
  void aBasicConnectionManagerWorks() throws Exception {
    try (ApacheClient client =
        new ApacheClient(
            HttpClientBuilder.create()
                .setConnectionManager(new BasicHttpClientConnectionManager()))) {
      for (int i = 0; i < 5; i++) {
        assertThat(client.send(Request.get("http://catalog/")).text()).isEqualTo("a");
      }
    }
    assertThat(backend.connections()).isEqualTo(1);
  }

  @Test
  void oneBuilderBuildsManyClientsAndEachCallIsGovernedOnce() throws Exception {
    HttpClientBuilder builder = HttpClientBuilder.create();
    builder.build().close();
    builder.build().close();
    try (ApacheClient client = new ApacheClient(builder)) {
      client.send(Request.get("http://catalog/"));
    }
    assertThat(engine.events).filteredOn("begin"::equals).hasSize(1);
  }

  @Test
  void aRequestThroughTheApplicationsProxyIsLeftAlone() throws Exception {
    try (ApacheClient client =
        new ApacheClient(
            HttpClientBuilder.create().setProxy(new HttpHost("127.0.0.1", backend.port())))) {
      assertThat(client.send(Request.get("http://catalog/x")).text()).isEqualTo("a");
    }
    assertThat(engine.events).isEmpty();
    assertThat(backend.only().target()).isEqualTo("http://catalog/x");
  }

  @Test
  void expectContinueIsKept() throws Exception {
    try (ApacheClient client =
        new ApacheClient(
            HttpClientBuilder.create()
                .setDefaultRequestConfig(
                    org.apache.hc.client5.http.config.RequestConfig.custom()
                        .setExpectContinueEnabled(true)
                        .build()))) {
      assertThat(client.send(Request.post("http://catalog/", "body")).text()).isEqualTo("a");
    }
    assertThat(backend.only().header("expect")).isEqualTo("100-continue");
    assertThat(backend.only().text()).isEqualTo("body");
  }

  @Test
  void headersThatTheLibraryAddsLateAreSeenByRoutes() throws Exception {
    try (ApacheClient client =
        new ApacheClient(
            HttpClientBuilder.create()
                .addRequestInterceptorLast(
                    (request, entity, context) -> request.addHeader("x-late", "1")))) {
      client.send(Request.get("http://catalog/"));
    }
    assertThat(backend.only().headers("x-late")).containsExactly("1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"begin", "next", "response", "write response headers", "end"})
  void aFailureOfOurOwnIsCountedAndTheApplicationGetsItsResponse(String place) throws Exception {
    // Where the engine has decided nothing yet, the library goes on alone: to a name it resolves.
    FixedEngine broken = new FixedEngine("127.0.0.1", backend.address());
    broken.breakAt = place;
    Mesh.install(broken);
    try (ApacheClient client = new ApacheClient(HttpClientBuilder.create())) {
      Response response = client.send(Request.get("http://127.0.0.1:" + backend.port() + "/"));
      assertThat(response.text()).isEqualTo("a");
    }
    assertThat(backend.received()).hasSize(1);
    assertThat(broken.internalErrors).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Answer.End.class,
      names = {"RESET_BEFORE_RESPONSE", "CLOSE_BEFORE_RESPONSE", "MALFORMED"})
  void aBrokenServerGivesTheLibrarysOwnException(Answer.End end) throws Exception {
    backend.always(Answer.ending(end));
    try (ApacheClient client =
        new ApacheClient(HttpClientBuilder.create().disableAutomaticRetries())) {
      Throwable governed = catchThrowable(() -> client.send(Request.get("http://catalog/")));
      Throwable direct =
          catchThrowable(
              () -> client.send(Request.get("http://127.0.0.1:" + backend.port() + "/")));
      assertThat(governed).isNotNull().hasSameClassAs(direct);
    }
    assertThat(engine.events).contains("failed", "write headers");
    assertThat(List.copyOf(engine.events)).filteredOn(e -> e.startsWith("failed ")).hasSize(1);
  }

  @Test
  void aBodyThatBreaksOffEndsTheAttemptAsReset() throws Exception {
    backend.always(Answer.ok().largeBody(100_000).then(Answer.End.RESET_IN_BODY));
    try (ApacheClient client = new ApacheClient(HttpClientBuilder.create())) {
      assertThat(catchThrowable(() -> client.send(Request.get("http://catalog/")))).isNotNull();
    }
    assertThat(engine.events).contains("end RESET").doesNotContain("end COMPLETE");
  }

  @Test
  void aChallengeIsAnsweredOnTheSameConnectionAndEveryAttemptEnds() throws Exception {
    backend.next(Answer.status(401).header("WWW-Authenticate", "Basic realm=\"r\""));
    BasicCredentialsProvider credentials = new BasicCredentialsProvider();
    credentials.setCredentials(
        new AuthScope(null, -1), new UsernamePasswordCredentials("user", "secret".toCharArray()));
    try (ApacheClient client =
        new ApacheClient(HttpClientBuilder.create().setDefaultCredentialsProvider(credentials))) {
      assertThat(client.send(Request.get("http://catalog/")).status()).isEqualTo(200);
    }
    assertThat(backend.received()).hasSize(2);
    assertThat(backend.connections()).isEqualTo(1);
    assertThat(engine.events).filteredOn("end COMPLETE"::equals).hasSize(2);
  }
}
