package dev.weft.extension.join;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.function.Supplier;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whom the connection to the control server trusts, as PEM; read anew for every connection. */
final class ControlRoots implements Supplier<String> {
  private final @Nullable Path file;

  /**
   * @param file null: the JDK's trust store
   */
  ControlRoots(@Nullable Path file) {
    this.file = file;
  }

  @Override
  public String get() {
    try {
      return file == null ? ofJdk() : Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "WEFT_CONTROL_CA names " + file + ", which cannot be read; name the server's root.pem",
          e);
    }
  }

  private static String ofJdk() {
    StringBuilder pem = new StringBuilder();
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init((KeyStore) null);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509TrustManager x509) {
          for (X509Certificate root : x509.getAcceptedIssuers()) {
            pem.append("-----BEGIN CERTIFICATE-----\n")
                .append(
                    Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(root.getEncoded()))
                .append("\n-----END CERTIFICATE-----\n");
          }
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "The JDK's trust store cannot be read; set WEFT_CONTROL_CA to the server's root.pem", e);
    }
    return pem.toString();
  }
}
