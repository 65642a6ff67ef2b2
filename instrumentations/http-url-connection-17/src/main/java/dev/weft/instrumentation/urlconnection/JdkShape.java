package dev.weft.instrumentation.urlconnection;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.bytebuddy.description.NamedElement;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.pool.TypePool;
import org.jspecify.annotations.Nullable;

/**
 * Says before anything is woven whether this JDK's client has what {@link JdkUrlInternals} reaches
 * into, from class files alone: no class of the JDK is loaded. A client without it is left whole
 * and reported as not governed, rather than woven by half.
 */
final class JdkShape {
  private static final String PACKAGE = "sun.net.";

  /** By type: the members needed, {@code a|b} where either will do. */
  private static final Map<String, Set<String>> NEEDED =
      Map.of(
          "NetworkClient",
          Set.of("serverSocket", "doConnect", "getReadTimeout", "getConnectTimeout"),
          "www.http.HttpClient",
          Set.of("New", "reuse", "writeRequests", "parseHTTP", "finished", "closeServer"),
          "www.http.KeepAliveCache",
          Set.of("get", "put"),
          "www.MessageHeader",
          Set.of("getKey", "getValue", "findValue", "add", "set", "remove", "reset"),
          "www.protocol.http.HttpURLConnection",
          Set.of("getNewHttpClient", "setNewClient", "streaming"),
          "www.protocol.http.HttpURLConnection$HttpInputStream",
          Set.of("this$0", "read", "close"));

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
