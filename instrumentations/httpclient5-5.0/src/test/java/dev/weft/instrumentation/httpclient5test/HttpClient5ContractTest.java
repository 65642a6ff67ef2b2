package dev.weft.instrumentation.httpclient5test;

import dev.weft.instrumentation.httpclient5.HttpClient5InstrumentationModule;
import dev.weft.instrumentation.testing.AbstractHttpClientContractTest;
import dev.weft.instrumentation.testing.HttpClientUnderTest;
import dev.weft.instrumentation.testing.Woven;

/** Runs on the lowest and on the newest version; see the pom. */
@Woven(HttpClient5InstrumentationModule.class)
class HttpClient5ContractTest extends AbstractHttpClientContractTest {

  @Override
  protected HttpClientUnderTest newClient(HttpClientUnderTest.Options options) {
    return ApacheClient.with(options);
  }
}
