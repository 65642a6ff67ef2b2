package dev.weft.loader;

import dev.weft.loader.premain.AgentLog;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.security.ProtectionDomain;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarFile;

/**
 * Puts the seam into the bootstrap class loader.
 *
 * <p>Its few classes are defined there one by one. Appending a jar to the boot class path is the
 * usual way and our fallback, but it makes the JVM throw away its class data sharing for all
 * classes outside the boot loader, for the rest of its life, and say so on standard output.
 */
public final class Seam {
  /** Lists the seam's classes, supertypes first; written by packaging. */
  public static final String LIST = "META-INF/weft/seam";

  private Seam() {}

  /** Makes the seam visible to every class loader that asks the bootstrap loader. */
  public static void install(JarFile jar, Instrumentation instrumentation) throws IOException {
    try {
      define(jar, instrumentation);
    } catch (ReflectiveOperationException | LinkageError | RuntimeException unsupported) {
      AgentLog.warn("this JVM takes the seam only by the boot class path", unsupported);
      instrumentation.appendToBootstrapClassLoaderSearch(jar);
    }
  }

  private static void define(JarFile jar, Instrumentation instrumentation)
      throws IOException, ReflectiveOperationException {
    Set<Module> own = Set.of(Seam.class.getModule());
    instrumentation.redefineModule(
        Object.class.getModule(),
        Set.of(),
        Map.of("jdk.internal.misc", own),
        Map.of(),
        Set.of(),
        Map.of());
    Class<?> type = Class.forName("jdk.internal.misc.Unsafe");
    Object unsafe = type.getMethod("getUnsafe").invoke(null);
    Method define =
        type.getMethod(
            "defineClass",
            String.class,
            byte[].class,
            int.class,
            int.class,
            ClassLoader.class,
            ProtectionDomain.class);
    String list = new String(read(jar, LIST), StandardCharsets.UTF_8);
    for (int from = 0, to; (to = list.indexOf('\n', from)) > 0; from = to + 1) {
      String name = list.substring(from, to);
      byte[] code = read(jar, name.concat(".class"));
      define.invoke(unsafe, name, code, 0, code.length, null, null);
    }
  }

  private static byte[] read(JarFile jar, String path) throws IOException {
    try (InputStream in = jar.getInputStream(jar.getEntry(path))) {
      return in.readAllBytes();
    }
  }
}
