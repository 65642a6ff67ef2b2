package dev.weft.instrumentation.jsse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.loader.Weaver;
import java.util.List;
import javax.net.ssl.SNIHostName;
import net.bytebuddy.agent.ByteBuddyAgent;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerNameTest {

  @BeforeAll
  static void weave() {
    Weaver.install(ByteBuddyAgent.install(), List.of(new JsseInstrumentationModule()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "outbound_.80_.v1_.catalog.default.svc.cluster.local",
        "outbound_.9090_._.payments.default.svc.cluster.local"
      })
  void aServerTakesIstiosNames(String name) {
    assertThat(new SNIHostName(name.getBytes(UTF_8)).getAsciiName()).isEqualTo(name);
  }

  @Test
  void hostNamesAreReadAsBefore() {
    assertThat(new SNIHostName("Catalog.Example".getBytes(UTF_8)).getAsciiName())
        .isEqualTo("Catalog.Example");
    assertThat(new SNIHostName("bücher.example".getBytes(UTF_8)).getAsciiName())
        .isEqualTo("xn--bcher-kva.example");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "under_score.example",
        "outbound_.http_.v1_.host",
        "outbound_.80_.host",
        "outbound_.80_.v1_.ho st",
        "outbound_.80_.v1_.host.",
        "outbound_.80_.v1_."
      })
  void otherIllegalNamesAreRefusedAsBefore(String name) {
    assertThatThrownBy(() -> new SNIHostName(name.getBytes(UTF_8)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatAnApplicationWritesAsAStringIsAsStrictAsBefore() {
    assertThatThrownBy(() -> new SNIHostName("outbound_.80_.v1_.host"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
