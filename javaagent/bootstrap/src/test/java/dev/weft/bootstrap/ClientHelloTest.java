package dev.weft.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bootstrap.ClientHello.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;

class ClientHelloTest {

  @Test
  void aHelloOfTheJdkIsReadWithItsAlpn() throws Exception {
    ClientHello hello = ClientHello.peek(hello("istio-http/1.1", "istio", "http/1.1"));

    assertThat(hello.kind()).isEqualTo(Kind.TLS);
    assertThat(hello.alpn()).containsExactly("istio-http/1.1", "istio", "http/1.1");
  }

  @Test
  void everyPrefixOfAHelloAsksForMore() throws Exception {
    ByteBuffer hello = hello("istio");

    for (int length = 0; length < hello.limit(); length++) {
      assertThat(ClientHello.peek(hello.duplicate().limit(length)).kind())
          .isEqualTo(Kind.NEED_MORE);
    }
  }

  @Test
  void aHelloSplitOverRecordsIsPutTogether() throws Exception {
    ByteBuffer whole = hello("istio", "h2");
    byte[] message = new byte[whole.limit() - 5];
    whole.position(5).get(message);
    ByteBuffer split = ByteBuffer.allocate(message.length + 20);
    for (int from = 0, size = 2; from < message.length; from += size, size = message.length / 2) {
      int length = Math.min(size, message.length - from);
      split.put((byte) 22).putShort((short) 0x0301).putShort((short) length);
      split.put(message, from, length);
    }
    split.flip();

    assertThat(ClientHello.peek(split).alpn()).containsExactly("istio", "h2");
    assertThat(ClientHello.peek(split.duplicate().limit(9)).kind()).isEqualTo(Kind.NEED_MORE);
  }

  @Test
  void plaintextAndGarbageAreNotTls() {
    assertThat(peek("GET / HTTP/1.1\r\n")).isEqualTo(Kind.NOT_TLS);
    assertThat(peek("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).isEqualTo(Kind.NOT_TLS);
    assertThat(peek("\u0016\u0003\u0001\u0000\u0005\u0002garbage")).isEqualTo(Kind.NOT_TLS);
    assertThat(peek("\u0016GET / HTTP")).isEqualTo(Kind.NOT_TLS);
  }

  @Test
  void mutatedHellosNeverThrow() throws Exception {
    ByteBuffer hello = hello("istio", "h2");
    Random random = new Random(7);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = new byte[hello.limit()];
      hello.duplicate().get(bytes);
      for (int change = 0; change < 3; change++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      assertThat(ClientHello.peek(ByteBuffer.wrap(bytes)).kind()).isNotNull();
    }
  }

  private static Kind peek(String bytes) {
    return ClientHello.peek(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1))).kind();
  }

  private static ByteBuffer hello(String... alpn) throws Exception {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine("catalog", 80);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setApplicationProtocols(alpn);
    engine.setSSLParameters(parameters);
    ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), out);
    return out.flip();
  }
}
