package dev.weft.control.compile;

import com.google.protobuf.Any;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A compiled xDS resource.
 *
 * @param hash of its content; equal content has an equal hash over restarts of the server
 */
public record Resource(String name, Any any, String hash) {
  private static final int HASH_BYTES = 8;

  /** Packs a message, with maps in a fixed order so that the hash is stable. */
  public static Resource of(String name, Message message) {
    try {
      byte[] bytes = new byte[message.getSerializedSize()];
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      out.useDeterministicSerialization();
      message.writeTo(out);
      Any any =
          Any.newBuilder()
              .setTypeUrl("type.googleapis.com/" + message.getDescriptorForType().getFullName())
              .setValue(com.google.protobuf.UnsafeByteOperations.unsafeWrap(bytes))
              .build();
      return new Resource(name, any, hash(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Short hash of bytes. */
  public static String hash(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
