package dev.weft.client.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.client.replay.TestCa;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class IssuedChainTest {
  private static final String ID = "spiffe://cluster.local/ns/shop/sa/web";

  private final KeyPair key = key();

  @Test
  void aChainForOurKeyIsTakenWithItsRootApart() throws Exception {
    TestCa ca = new TestCa(ID, Duration.ofHours(1));
    var svid = IssuedChain.read(ca.issue(CertificateRequest.pem(key, ID)), key, 1);
    assertThat(svid.spiffeId()).isEqualTo(ID);
    assertThat(svid.chain()).hasSize(2);
    assertThat(svid.roots()).containsExactly(ca.root());
  }

  @Test
  void aChainForAnotherKeyIsRefused() throws Exception {
    List<String> chain =
        new TestCa(ID, Duration.ofHours(1)).issue(CertificateRequest.pem(key(), ID));
    assertThatThrownBy(() -> IssuedChain.read(chain, key, 1)).hasMessageContaining("another key");
  }

  @Test
  void aChainThatDoesNotHoldTogetherIsRefused() throws Exception {
    List<String> chain = new TestCa(ID, Duration.ofHours(1)).issue(CertificateRequest.pem(key, ID));
    List<String> mixed =
        List.of(chain.get(0), chain.get(1), new TestCa(ID, Duration.ofHours(1)).rootPem());
    assertThatThrownBy(() -> IssuedChain.read(mixed, key, 1))
        .isInstanceOf(java.security.GeneralSecurityException.class);
  }

  @Test
  void aCertificateWithoutSpiffeIdIsRefused() throws Exception {
    List<String> chain =
        new TestCa("https://web.example", Duration.ofHours(1))
            .issue(CertificateRequest.pem(key, ID));
    assertThatThrownBy(() -> IssuedChain.read(chain, key, 1)).hasMessageContaining("SPIFFE");
  }

  private static KeyPair key() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
