package dev.weft.client.ads;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import dev.weft.client.translate.Findings;
import dev.weft.client.translate.TranslationException;
import dev.weft.model.NotApplied;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The last good version of every resource of one type, translated.
 *
 * <p>A resource whose bytes did not change is neither parsed nor translated again, whatever else
 * the response holds.
 *
 * @param <M> the protobuf message
 * @param <T> what it is translated to
 */
final class ResourceCache<M, T> {
  /** Turns a message into the model. */
  interface Translation<M, T> {
    T translate(M message, Findings findings) throws TranslationException;
  }

  /**
   * One good resource.
   *
   * @param unsupported paths of fields without effect
   */
  record Entry<T>(
      Fingerprint fingerprint, T value, List<NotApplied> setAside, List<String> unsupported) {}

  private final ResourceType type;
  private final Parser<M> parser;
  private final Function<M, String> nameOf;
  private final Translation<M, T> translation;
  private final Map<String, Entry<T>> good = new TreeMap<>();
  private final Map<Fingerprint, String> names = new HashMap<>();
  private final Map<String, String> rejected = new TreeMap<>();
  private boolean received;
  private boolean findingsChanged = true;
  private long checksum;

  ResourceCache(
      ResourceType type,
      Parser<M> parser,
      Function<M, String> nameOf,
      Translation<M, T> translation) {
    this.type = type;
    this.parser = parser;
    this.nameOf = nameOf;
    this.translation = translation;
  }

  /**
   * What came of a response.
   *
   * @param changed names of resources that are new, different or gone
   * @param error why the response is refused, or null; its good resources are in force all the same
   */
  record Applied(Set<String> changed, @Nullable String error) {}

  Applied apply(List<Any> resources) {
    received = true;
    Set<String> seen = new HashSet<>();
    Set<String> changed = new HashSet<>();
    List<String> errors = new ArrayList<>();
    boolean nameless = false;
    for (Any any : resources) {
      Fingerprint fingerprint = Fingerprint.of(any.getValue());
      String known = names.get(fingerprint);
      if (known != null) {
        seen.add(known);
        findingsChanged |= rejected.remove(known) != null;
        continue;
      }
      M message;
      try {
        if (!any.getTypeUrl().equals(type.typeUrl())) {
          throw new InvalidProtocolBufferException("it is a " + any.getTypeUrl());
        }
        message = parser.parseFrom(any.getValue());
      } catch (InvalidProtocolBufferException e) {
        nameless = true;
        errors.add(
            "A resource of type " + type.typeUrl() + " cannot be decoded: " + e.getMessage());
        continue;
      }
      String name = nameOf.apply(message);
      seen.add(name);
      try {
        put(name, fingerprint, message, changed);
      } catch (TranslationException | IllegalArgumentException e) {
        rejected.put(name, String.valueOf(e.getMessage()));
        findingsChanged = true;
        errors.add(name + ": " + e.getMessage());
      }
    }
    // A resource whose name could not be read may be any of those that seem to be gone.
    if (type.wildcard() && !nameless) {
      removeExcept(seen, changed);
    }
    return new Applied(changed, errors.isEmpty() ? null : String.join("; ", errors));
  }

  private void put(String name, Fingerprint fingerprint, M message, Set<String> changed)
      throws TranslationException {
    Findings findings = new Findings();
    T value = translation.translate(message, findings);
    Entry<T> old = good.get(name);
    // Other bytes, same meaning: the old instance stays, so that nobody downstream sees a change.
    if (old != null && old.value().equals(value)) {
      value = old.value();
    } else {
      changed.add(name);
    }
    remove(name);
    Entry<T> entry = new Entry<>(fingerprint, value, findings.setAside(), findings.unsupported());
    good.put(name, entry);
    names.put(fingerprint, name);
    checksum ^= mix(name, fingerprint);
    findingsChanged |=
        rejected.remove(name) != null
            || old == null
            || !old.setAside().equals(entry.setAside())
            || !old.unsupported().equals(entry.unsupported());
  }

  /** Forgets resources that are no longer asked for. */
  void retain(Set<String> wanted) {
    removeExcept(wanted, new HashSet<>());
  }

  private void removeExcept(Set<String> keep, Set<String> changed) {
    for (String name : List.copyOf(good.keySet())) {
      if (!keep.contains(name)) {
        remove(name);
        changed.add(name);
        findingsChanged = true;
      }
    }
    findingsChanged |= rejected.keySet().removeIf(name -> !keep.contains(name));
  }

  private void remove(String name) {
    Entry<T> old = good.remove(name);
    if (old != null) {
      names.remove(old.fingerprint());
      checksum ^= mix(name, old.fingerprint());
    }
  }

  private long mix(String name, Fingerprint f) {
    long h = f.high() * 31 + f.low() + name.hashCode() * 0x9E3779B97F4A7C15L + type.ordinal();
    h = (h ^ (h >>> 32)) * 0xD6E8FEB86659FD93L;
    return h ^ (h >>> 32);
  }

  /** Whether any response of this type has come. */
  boolean received() {
    return received;
  }

  /** Good resources by name, sorted. */
  Map<String, Entry<T>> good() {
    return good;
  }

  @Nullable T get(String name) {
    Entry<T> entry = good.get(name);
    return entry == null ? null : entry.value();
  }

  /** Of all good resources, whatever their order. */
  long checksum() {
    return checksum;
  }

  /** Whether {@link #findings} differ from the last time this was asked. */
  boolean takeFindingsChanged() {
    boolean changed = findingsChanged;
    findingsChanged = false;
    return changed;
  }

  /** Everything of this type that was sent and is not in force. */
  void findings(List<NotApplied> into) {
    String kind = type.typeUrl().substring(type.typeUrl().lastIndexOf('.') + 1);
    rejected.forEach(
        (name, reason) ->
            into.add(
                new NotApplied(
                    kind + " " + name,
                    reason
                        + (good.containsKey(name)
                            ? ". Its last good version stays in use."
                            : ". There is no earlier version to use."))));
    Map<String, List<String>> byPath = new TreeMap<>();
    good.forEach(
        (name, entry) -> {
          into.addAll(entry.setAside());
          entry
              .unsupported()
              .forEach(path -> byPath.computeIfAbsent(path, p -> new ArrayList<>()).add(name));
        });
    byPath.forEach(
        (path, in) ->
            into.add(
                new NotApplied(
                    path,
                    "Not supported, without effect. Set in "
                        + in.get(0)
                        + (in.size() == 1 ? "." : " and " + (in.size() - 1) + " more."))));
  }
}
