package dev.weft.control.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Writes files so that after a crash at any moment either the old or the new content is there,
 * whole: temporary file, fsync, rename, fsync of the directory.
 */
public final class DurableFile {
  /** Temporary files end so; readers of directories skip them. */
  public static final String TEMPORARY_SUFFIX = ".weft-tmp";

  private DurableFile() {}

  /** Writes a file that others may read. Durable when this returns. */
  public static void write(Path path, byte[] content) throws IOException {
    write(path, content, "rw-r--r--");
  }

  /** Writes a file with mode 0600, from its first byte on. Durable when this returns. */
  public static void writeSecret(Path path, byte[] content) throws IOException {
    write(path, content, "rw-------");
  }

  /** Removes a file. Durable when this returns. */
  public static void delete(Path path) throws IOException {
    Files.deleteIfExists(path);
    syncDirectory(parent(path));
  }

  private static void write(Path path, byte[] content, String mode) throws IOException {
    Path directory = parent(path);
    Files.createDirectories(directory);
    Path temporary =
        Files.createTempFile(
            directory, "." + path.getFileName(), TEMPORARY_SUFFIX, attributes(mode));
    try {
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        channel.force(true);
      }
      Files.move(
          temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
    syncDirectory(directory);
  }

  private static FileAttribute<?>[] attributes(String mode) {
    boolean posix =
        java.nio.file.FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
        }
        : new FileAttribute<?>[0];
  }

  /** A rename is durable only when its directory is. Not every file system can do it. */
  private static void syncDirectory(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      if (!System.getProperty("os.name", "").startsWith("Windows")) {
        throw e;
      }
    }
  }

  private static Path parent(Path path) {
    Path parent = path.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException(path + " has no directory");
    }
    return parent;
  }
}
