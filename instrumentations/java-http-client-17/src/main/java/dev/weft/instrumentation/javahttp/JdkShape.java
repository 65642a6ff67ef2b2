package dev.weft.instrumentation.javahttp;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.bytebuddy.description.NamedElement;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.pool.TypePool;
import org.jspecify.annotations.Nullable;

/**
 * Says before anything is woven whether this JDK's client has what {@link JdkHttpInternals} reaches
 * into, from class files alone: no class of the JDK is loaded. A client without it is left whole
 * and reported as not governed, rather than woven by half.
 */
final class JdkShape {
  private static final String PACKAGE = "jdk.internal.net.http.";

  /** By type: the members needed, {@code a|b} where either will do. */
  private static final Map<String, Set<String>> NEEDED =
      Map.of(
          "Exchange",
          Set.of(
              "request",
              "multi",
              "exchImpl",
              "exchangeCF",
              "bodyIgnored",
              "responseAsync",
              "readBodyAsync",
              "nullBody",
              "ignoreBody",
              "released",
              "cancel",
              "getCancelCause",
              "remainingConnectTimeout"),
          "MultiExchange",
          Set.of(
              "exchange",
              "request",
              "client",
              "executor",
              "cancelled",
              "retriedOnce|expiredOnce",
              "responseAsync"),
          "HttpRequestImpl",
          Set.of("proxy", "getAddress", "secure", "isWebSocket", "getSystemHeadersBuilder"),
          "Response",
          Set.of("statusCode", "headers", "version"),
          "ExchangeImpl",
          Set.of("connection"),
          "HttpConnection",
          Set.of("address"),
          "AbstractAsyncSSLConnection",
          Set.of("createEngine", "getALPN", "getEngine"),
          "HttpClientImpl$DelegatingExecutor",
          Set.of("delegate"),
          "common.HttpHeadersBuilder",
          Set.of("map"));

  private JdkShape() {}

  /** Names what is missing in this JDK, or null. */
  static @Nullable String missing() {
    return missing(ClassFileLocator.ForClassLoader.ofPlatformLoader());
  }

  static @Nullable String missing(ClassFileLocator classes) {
    TypePool pool = TypePool.Default.of(classes);
    Set<String> missing = new TreeSet<>();
    NEEDED.forEach(
        (type, members) -> {
          TypePool.Resolution found = pool.describe(PACKAGE + type);
          if (!found.isResolved()) {
            missing.add(type);
            return;
          }
          Set<String> there = members(found.resolve());
          for (String needed : members) {
            if (Set.of(needed.split("\\|", -1)).stream().noneMatch(there::contains)) {
              missing.add(type + "." + needed);
            }
          }
        });
    return missing.isEmpty() ? null : String.join(", ", missing);
  }

  private static Set<String> members(TypeDescription type) {
    Set<String> names = new TreeSet<>();
    type.getDeclaredFields().stream().map(NamedElement::getActualName).forEach(names::add);
    type.getDeclaredMethods().stream().map(NamedElement::getActualName).forEach(names::add);
    return names;
  }
}
