package dev.weft.agent.packaging;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A jar whose bytes depend on its content alone: manifest first, then sorted entries, one fixed
 * time. Written beside its place and moved there, so nobody ever sees half a jar.
 */
final class ReproducibleJar {
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

  private final SortedMap<String, byte[]> entries = new TreeMap<>();
  private final SortedMap<String, String> manifest = new TreeMap<>();

  ReproducibleJar manifest(String key, String value) {
    manifest.put(key, value);
    return this;
  }

  ReproducibleJar add(String path, byte[] content) {
    if (entries.putIfAbsent(path, content) != null) {
      throw new IllegalStateException("Two files want to be " + path + " in the jar");
    }
    return this;
  }

  void write(Path to) throws IOException {
    Path unfinished = to.resolveSibling(to.getFileName() + ".part");
    try (OutputStream out = Files.newOutputStream(unfinished)) {
      write(out);
    }
    Files.move(unfinished, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  byte[] bytes() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(out);
    return out.toByteArray();
  }

  private void write(OutputStream out) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      StringBuilder lines = new StringBuilder("Manifest-Version: 1.0\r\n");
      manifest.forEach((key, value) -> lines.append(key + ": " + value + "\r\n"));
      lines.append("\r\n");
      put(zip, "META-INF/MANIFEST.MF", lines.toString().getBytes(StandardCharsets.UTF_8));
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        put(zip, entry.getKey(), entry.getValue());
      }
    }
  }

  private static void put(ZipOutputStream zip, String path, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(path);
    entry.setTimeLocal(TIME);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
