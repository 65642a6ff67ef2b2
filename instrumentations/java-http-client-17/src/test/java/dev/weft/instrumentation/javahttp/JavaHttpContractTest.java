package dev.weft.instrumentation.javahttp;

import dev.weft.instrumentation.testing.AbstractHttpClientContractTest;
import dev.weft.instrumentation.testing.HttpClientUnderTest;
import dev.weft.instrumentation.testing.Woven;
import java.net.http.HttpClient;

/** {@code HttpClient.send} with the client as it comes, which prefers HTTP/2. */
@Woven(JavaHttpInstrumentationModule.class)
class JavaHttpContractTest extends AbstractHttpClientContractTest {
  @Override
  protected HttpClientUnderTest newClient(HttpClientUnderTest.Options options) {
    return new JdkClient(options, HttpClient.Version.HTTP_2, false);
  }
}
