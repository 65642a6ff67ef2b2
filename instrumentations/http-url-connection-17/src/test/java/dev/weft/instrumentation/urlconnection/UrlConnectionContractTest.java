package dev.weft.instrumentation.urlconnection;

import dev.weft.instrumentation.testing.AbstractHttpClientContractTest;
import dev.weft.instrumentation.testing.Capability;
import dev.weft.instrumentation.testing.HttpClientUnderTest;
import dev.weft.instrumentation.testing.Woven;
import java.util.EnumSet;
import java.util.Set;

/** Connects are retried; a request that has left is not, and cannot be cancelled. */
@Woven(UrlConnectionInstrumentationModule.class)
class UrlConnectionContractTest extends AbstractHttpClientContractTest {
  @Override
  protected HttpClientUnderTest newClient(HttpClientUnderTest.Options options) {
    return new UrlClient(options);
  }

  @Override
  protected Set<Capability> capabilities() {
    return EnumSet.complementOf(EnumSet.of(Capability.RETRY, Capability.CANCEL));
  }
}
