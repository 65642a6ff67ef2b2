package dev.weft.control.source;

import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The kinds that are accepted: those that work. */
public enum Kind {
  SERVICE_ENTRY("ServiceEntry", "networking.istio.io", ServiceEntryReader::read),
  WORKLOAD_ENTRY("WorkloadEntry", "networking.istio.io", WorkloadEntryReader::read),
  VIRTUAL_SERVICE("VirtualService", "networking.istio.io", VirtualServiceReader::read),
  DESTINATION_RULE("DestinationRule", "networking.istio.io", DestinationRuleReader::read),
  PEER_AUTHENTICATION("PeerAuthentication", "security.istio.io", PeerAuthenticationReader::read);

  private static final Set<String> VERSIONS = Set.of("v1", "v1beta1", "v1alpha3");

  private final String text;
  private final String group;
  private final Function<Fields, Spec> reader;

  Kind(String text, String group, Function<Fields, Spec> reader) {
    this.text = text;
    this.group = group;
    this.reader = reader;
  }

  /** As written in documents. */
  public String text() {
    return text;
  }

  /** API group. */
  public String group() {
    return group;
  }

  boolean accepts(String apiVersion) {
    int slash = apiVersion.indexOf('/');
    return slash > 0
        && apiVersion.substring(0, slash).equals(group)
        && VERSIONS.contains(apiVersion.substring(slash + 1));
  }

  Spec read(Fields spec) {
    return reader.apply(spec);
  }

  /** A kind by its name in any case, singular or plural, or null. */
  public static @Nullable Kind of(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    for (Kind kind : values()) {
      String own = kind.text.toLowerCase(Locale.ROOT);
      String plural = own.endsWith("y") ? own.substring(0, own.length() - 1) + "ies" : own + "s";
      if (lower.equals(own) || lower.equals(plural)) {
        return kind;
      }
    }
    return null;
  }
}
