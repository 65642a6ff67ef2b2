package dev.weft.loader;

import java.io.IOException;
import java.io.InputStream;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Where a type came from and which version of its library that is.
 *
 * @param source jar file, directory, or JDK module
 * @param version null: not found
 */
record Origin(String source, @Nullable String version) {

  /** Looks at the jar's name first, which costs nothing, then at Maven's metadata. */
  static Origin of(
      @Nullable Module module,
      @Nullable ClassLoader loader,
      @Nullable ProtectionDomain domain,
      Library library) {
    CodeSource code = domain == null ? null : domain.getCodeSource();
    if (code == null || code.getLocation() == null) {
      String name = module == null ? null : module.getName();
      return name == null
          ? new Origin("unknown", null)
          : new Origin(name, System.getProperty("java.version"));
    }
    String source = code.getLocation().toString();
    String version = inFileName(source, library.artifact());
    return new Origin(source, version != null ? version : inMetadata(loader, library.artifact()));
  }

  /** Finds {@code 5.3.1} in {@code …/httpclient5-5.3.1.jar!/}. */
  static @Nullable String inFileName(String source, @Nullable String artifact) {
    int end = source.lastIndexOf(".jar");
    if (end < 0) {
      return null;
    }
    String file = source.substring(source.lastIndexOf('/', end) + 1, end);
    if (artifact != null) {
      String prefix = artifact.substring(artifact.indexOf(':') + 1).concat("-");
      return file.startsWith(prefix) && startsWithDigit(file, prefix.length())
          ? file.substring(prefix.length())
          : null;
    }
    for (int dash = file.indexOf('-'); dash >= 0; dash = file.indexOf('-', dash + 1)) {
      if (startsWithDigit(file, dash + 1)) {
        return file.substring(dash + 1);
      }
    }
    return null;
  }

  private static boolean startsWithDigit(String text, int at) {
    return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  private static @Nullable String inMetadata(
      @Nullable ClassLoader loader, @Nullable String artifact) {
    if (loader == null || artifact == null) {
      return null;
    }
    String path = "META-INF/maven/" + artifact.replace(':', '/') + "/pom.properties";
    try (InputStream in = loader.getResourceAsStream(path)) {
      if (in == null) {
        return null;
      }
      Properties pom = new Properties();
      pom.load(in);
      return pom.getProperty("version");
    } catch (IOException unreadable) {
      return null;
    }
  }
}
