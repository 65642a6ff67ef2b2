package dev.weft.agent.packaging;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Every file of a class path: the first of a name wins, as for a class loader, except services and
 * licences, which all count.
 */
final class ClassPathContent {
  private final SortedMap<String, byte[]> files = new TreeMap<>();
  private final SortedMap<String, SortedMap<String, byte[]>> services = new TreeMap<>();
  private final SortedMap<String, byte[]> licences = new TreeMap<>();

  private ClassPathContent() {}

  static ClassPathContent read(String classPath) throws IOException {
    ClassPathContent content = new ClassPathContent();
    for (String element : classPath.split(File.pathSeparator)) {
      Path path = Path.of(element);
      if (Files.isDirectory(path)) {
        content.addFolder(path);
      } else if (Files.exists(path)) {
        content.addJar(path);
      }
    }
    return content;
  }

  /** Files by path, without services and licences. */
  Map<String, byte[]> files() {
    return Collections.unmodifiableMap(files);
  }

  /** Returns the bytes of a class that is known to be there. */
  byte[] classFile(String internalName) {
    byte[] code = files.get(internalName + ".class");
    if (code == null) {
      throw new IllegalArgumentException("No class " + internalName + " on the class path");
    }
    return code;
  }

  /** Service files: service name, then where it was found, then content. */
  SortedMap<String, SortedMap<String, byte[]>> services() {
    return services;
  }

  /**
   * Declares {@code provider}, a class on the class path, in place of any other provider of {@code
   * service}. For SLF4J, which carried code logs through: its own silent provider, because without
   * one it writes three lines about that into the application's standard error.
   */
  void provide(String service, String provider) {
    services.put(
        service, new TreeMap<>(Map.of("weft", (provider + "\n").getBytes(StandardCharsets.UTF_8))));
  }

  /** Licence files by {@code artifact/file}. */
  SortedMap<String, byte[]> licences() {
    return licences;
  }

  private void addFolder(Path folder) throws IOException {
    Map<String, byte[]> found = new HashMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString().replace(File.separatorChar, '/');
        found.put(name, Files.readAllBytes(file));
      }
    }
    String origin = folder.toString();
    found.forEach((name, bytes) -> add(origin, name, bytes));
  }

  private void addJar(Path jar) throws IOException {
    String origin = jar.getFileName().toString().replaceFirst("\\.jar$", "");
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        if (!entry.isDirectory()) {
          try (InputStream in = zip.getInputStream(entry)) {
            add(origin, entry.getName(), in.readAllBytes());
          }
        }
      }
    }
  }

  private void add(String origin, String name, byte[] bytes) {
    String service = "META-INF/services/";
    if (name.startsWith(service)) {
      services
          .computeIfAbsent(name.substring(service.length()), any -> new TreeMap<>())
          .put(origin, bytes);
    } else if (isLicence(name)) {
      licences.put(origin + "/" + name.replaceFirst("^META-INF/", ""), bytes);
    } else {
      files.putIfAbsent(name, bytes);
    }
  }

  private static boolean isLicence(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1).toUpperCase(java.util.Locale.ROOT);
    boolean top = path.indexOf('/') < 0 || path.startsWith("META-INF/");
    return top
        && !name.endsWith(".CLASS")
        && (name.startsWith("LICENSE")
            || name.startsWith("LICENCE")
            || name.startsWith("NOTICE")
            || name.startsWith("COPYING")
            || name.startsWith("AL2.0")
            || name.startsWith("LGPL"));
  }
}
