package dev.weft.client.disk;

import dev.weft.model.MeshSnapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the snapshot in force so that the next start of the application has it before {@code main}.
 *
 * <p>Layout: magic {@code WEFT}, format version (2 bytes), payload length (4), CRC-32 of the
 * payload (4), payload: a table of strings, then the snapshot as variable-length integers that
 * point into it. A file of another format version or with a wrong sum is not used. It holds no
 * secrets: the SVID and its key never come here.
 */
public final class SnapshotFile {
  private static final int MAGIC = 0x57454654;

  /** Grows with every change of the layout; a file of another version is ignored. */
  private static final short FORMAT = 2;

  private static final int HEADER_BYTES = 14;
  private static final int MAX_BYTES = 256 << 20;

  private SnapshotFile() {}

  /**
   * Reads the file in a few milliseconds, without protobuf.
   *
   * @param problem told in one sentence when the file is there and cannot be used
   * @return the snapshot, or null when there is none that can be used
   */
  public static @Nullable MeshSnapshot read(Path file, Consumer<String> problem) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException | OutOfMemoryError e) {
      problem.accept(
          "Cached snapshot "
              + file
              + " cannot be read ("
              + e
              + "); starting without it. "
              + "Check the permissions of WEFT_CACHE_DIR.");
      return null;
    }
    try {
      return decode(bytes);
    } catch (MalformedSnapshotException e) {
      problem.accept(
          "Cached snapshot "
              + file
              + " is not usable ("
              + e.getMessage()
              + "); starting without it. "
              + "It is replaced after the first configuration from the control plane.");
      return null;
    }
  }

  /**
   * Writes atomically: to a file beside it, forced to the disk, then renamed.
   *
   * @throws IOException when it could not be written; the old file is then untouched
   */
  public static void write(Path file, MeshSnapshot snapshot) throws IOException {
    byte[] bytes = encode(snapshot);
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    // The process id keeps two JVMs that share a cache directory out of each other's way.
    Path next =
        file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
    try {
      try (FileChannel channel =
          FileChannel.open(
              next,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        channel.force(true);
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(next);
    }
  }

  /** The bytes of a file. */
  public static byte[] encode(MeshSnapshot snapshot) {
    byte[] payload = new SnapshotEncoder().encode(snapshot);
    CRC32 crc = new CRC32();
    crc.update(payload);
    return ByteBuffer.allocate(HEADER_BYTES + payload.length)
        .putInt(MAGIC)
        .putShort(FORMAT)
        .putInt(payload.length)
        .putInt((int) crc.getValue())
        .put(payload)
        .array();
  }

  /**
   * The snapshot in the bytes of a file.
   *
   * @throws MalformedSnapshotException when they are not a whole file of this format version
   */
  public static MeshSnapshot decode(byte[] bytes) throws MalformedSnapshotException {
    ByteBuffer header = ByteBuffer.wrap(bytes);
    if (bytes.length < HEADER_BYTES || header.getInt() != MAGIC) {
      throw new MalformedSnapshotException("not a Weft snapshot");
    }
    short format = header.getShort();
    if (format != FORMAT) {
      throw new MalformedSnapshotException(
          "format version " + format + ", this agent reads " + FORMAT);
    }
    int length = header.getInt();
    int sum = header.getInt();
    if (length != bytes.length - HEADER_BYTES || length > MAX_BYTES) {
      throw new MalformedSnapshotException(
          "cut short: " + (bytes.length - HEADER_BYTES) + " of " + length + " bytes");
    }
    CRC32 crc = new CRC32();
    crc.update(bytes, HEADER_BYTES, length);
    if ((int) crc.getValue() != sum) {
      throw new MalformedSnapshotException("its check sum is wrong");
    }
    try {
      return new SnapshotDecoder(bytes, HEADER_BYTES).decode();
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new MalformedSnapshotException("its content is inconsistent: " + e.getMessage());
    }
  }
}
