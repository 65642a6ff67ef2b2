package dev.weft.control.compile;

import com.google.protobuf.Any;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import dev.weft.control.source.ContentHash;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A compiled xDS resource.
 *
 * @param hash of its content; equal content has an equal hash over restarts of the server
 */
public record Resource(String name, Any any, String hash) {
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
      return new Resource(name, any, ContentHash.of(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
