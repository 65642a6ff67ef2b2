package dev.weft.instrumentation.javahttp;

import dev.weft.instrumentation.testing.AbstractHttpClientContractTest;
import dev.weft.instrumentation.testing.HttpClientUnderTest;
import dev.weft.instrumentation.testing.Woven;
import java.net.http.HttpClient;

/** {@code HttpClient.sendAsync} over HTTP/1.1. */
@Woven(JavaHttpInstrumentationModule.class)
class JavaHttpAsyncContractTest extends AbstractHttpClientContractTest {
  @Override
  protected HttpClientUnderTest newClient(HttpClientUnderTest.Options options) {
    return new JdkClient(options, HttpClient.Version.HTTP_1_1, true);
  }
}
