package dev.weft.control.serve;

import dev.weft.control.compile.Resource;
import dev.weft.control.source.ContentHash;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one stream has asked for of one type, was sent, and said to it. Owned by the push loop.
 *
 * <p>One response at a time is under way; what changes meanwhile goes out after its ACK. A NACKed
 * version is not sent again until the content changes.
 */
final class Subscription {
  private final boolean wildcard;
  private Set<String> names = Set.of();
  private final Map<String, String> sent = new HashMap<>();
  private boolean answered;
  private String nonce = "";
  private String sentVersion = "";
  private String ackedVersion = "";
  private @Nullable String nack;
  private boolean waiting;

  /** A response to send. */
  record Update(String version, List<Resource> resources) {}

  Subscription(boolean wildcard) {
    this.wildcard = wildcard;
  }

  /** Takes a request's word. Returns false when it is stale and has to be ignored. */
  boolean request(
      String responseNonce, String version, @Nullable String error, List<String> asked) {
    if (!responseNonce.isEmpty() && !responseNonce.equals(nonce)) {
      return false;
    }
    if (!responseNonce.isEmpty()) {
      waiting = false;
      nack = error;
      if (error == null) {
        ackedVersion = version;
      }
    }
    if (!wildcard) {
      names = new LinkedHashSet<>(asked);
      sent.keySet().retainAll(names);
    }
    return true;
  }

  Set<String> names() {
    return names;
  }

  /** Everything is sent again with the next update. */
  void forgetSent() {
    sent.clear();
  }

  /**
   * What is to be sent now, or null.
   *
   * @param current resources by name; for types asked for by name, those of {@link #names}
   */
  @Nullable Update next(Map<String, Resource> current) {
    if (waiting) {
      return null;
    }
    Map<String, Resource> changed = new LinkedHashMap<>();
    current.forEach(
        (name, resource) -> {
          if (!resource.hash().equals(sent.get(name))) {
            changed.put(name, resource);
          }
        });
    boolean removed = wildcard && !current.keySet().containsAll(sent.keySet());
    if (answered && changed.isEmpty() && !removed) {
      return null;
    }
    // State of the world: of LDS and CDS everything, of the others what changed.
    return new Update(
        version(current), List.copyOf(wildcard ? current.values() : changed.values()));
  }

  void sent(Update update, String newNonce) {
    if (wildcard) {
      sent.clear();
    }
    update.resources().forEach(resource -> sent.put(resource.name(), resource.hash()));
    nonce = newNonce;
    sentVersion = update.version();
    answered = true;
    waiting = true;
    nack = null;
  }

  boolean inSync(Map<String, Resource> current) {
    return answered && nack == null && ackedVersion.equals(version(current));
  }

  String ackedVersion() {
    return ackedVersion;
  }

  String sentVersion() {
    return sentVersion;
  }

  @Nullable String nack() {
    return nack;
  }

  private static String version(Map<String, Resource> current) {
    StringBuilder all = new StringBuilder();
    new TreeMap<>(current)
        .forEach((name, r) -> all.append(name).append('=').append(r.hash()).append(';'));
    return ContentHash.of(all.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }
}
