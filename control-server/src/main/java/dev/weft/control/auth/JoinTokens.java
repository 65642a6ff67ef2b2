package dev.weft.control.auth;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.weft.control.store.DurableFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tokens by which a JVM joins the mesh before it has a certificate.
 *
 * <p>Only hashes are kept, in {@code tokens.json}. The mesh-wide join token of the first start also
 * lies in {@code join-token} (mode 0600), for scripts on the same machine. Thread-safe.
 */
public final class JoinTokens {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path file;
  private final SecureRandom random = new SecureRandom();
  private volatile List<Grant> grants;

  /**
   * What a token is good for.
   *
   * @param id shown in lists; not secret
   * @param sha256 of the token
   * @param namespace null: any
   * @param serviceAccount null: any
   */
  public record Grant(
      String id, String sha256, @Nullable String namespace, @Nullable String serviceAccount) {}

  private JoinTokens(Path file, List<Grant> grants) {
    this.file = file;
    this.grants = List.copyOf(grants);
  }

  /**
   * Opens the tokens of a data directory; on the first start makes the mesh-wide join token.
   *
   * @throws UncheckedIOException when the files cannot be read or written
   */
  public static JoinTokens open(Path data) {
    Path file = data.resolve("tokens.json");
    try {
      if (Files.exists(file)) {
        return new JoinTokens(
            file, List.of(JSON.readValue(Files.readAllBytes(file), Grant[].class)));
      }
      JoinTokens tokens = new JoinTokens(file, List.of());
      String token = tokens.create(null, null);
      DurableFile.writeSecret(
          data.resolve("join-token"), (token + "\n").getBytes(StandardCharsets.UTF_8));
      return tokens;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Tokens in " + file + " cannot be read: " + e.getMessage() + ". Nobody could join.", e);
    }
  }

  /** The mesh-wide token of the first start, if its file is still there. */
  public @Nullable String joinToken() {
    try {
      return Files.readString(file.resolveSibling("join-token")).strip();
    } catch (IOException e) {
      return null;
    }
  }

  /** Makes a token; null parts make it good for any. The answer is shown once and not kept. */
  public synchronized String create(@Nullable String namespace, @Nullable String serviceAccount) {
    byte[] secret = new byte[24];
    random.nextBytes(secret);
    String token = "weft_" + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    String hash = sha256(token);
    List<Grant> next = new ArrayList<>(grants);
    next.add(new Grant(hash.substring(0, 8), hash, namespace, serviceAccount));
    try {
      DurableFile.writeSecret(file, JSON.writeValueAsBytes(next));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    grants = List.copyOf(next);
    return token;
  }

  /** All grants, without secrets. */
  public List<Grant> list() {
    return grants;
  }

  /** The grant of a token, or null when it is not known. */
  public @Nullable Grant check(String token) {
    byte[] hash = sha256(token).getBytes(StandardCharsets.US_ASCII);
    for (Grant grant : grants) {
      if (MessageDigest.isEqual(hash, grant.sha256().getBytes(StandardCharsets.US_ASCII))) {
        return grant;
      }
    }
    return null;
  }

  private static String sha256(String token) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
