package dev.weft.client.translate;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Knows which fields of a message we take into account, and finds the others in a serialised one.
 *
 * <p>Works on the wire format with field numbers, which are compile-time constants: looking at set
 * fields through protobuf's reflection would initialise accessors for some hundred fields of
 * Envoy's messages at start. Descriptors are touched only to name a field that has to be reported.
 * A field that is newer than our copy of the protos is found too.
 */
final class MessageFields {
  private static final MessageFields WHOLE = new MessageFields();

  private final Map<Integer, MessageFields> known = new HashMap<>();

  /** Fields that are translated, or that can have no effect inside a JVM. */
  MessageFields known(int... numbers) {
    for (int number : numbers) {
      known.put(number, WHOLE);
    }
    return this;
  }

  /** A field whose own fields are looked at too. */
  MessageFields nested(int number, MessageFields fields) {
    known.put(number, fields);
    return this;
  }

  /**
   * Tells the path of every set field that is not known.
   *
   * @param name of the message, the start of each path
   * @param descriptor of the message, asked for only when there is something to tell
   */
  void scan(
      ByteString message, String name, Supplier<Descriptor> descriptor, Consumer<String> unknown) {
    try {
      scan(message.newCodedInput(), new Path(null, 0, name, descriptor), unknown);
    } catch (IOException e) {
      // The message itself was parsed before; what cannot be scanned is told as such.
      unknown.accept(name + ".?");
    }
  }

  private void scan(CodedInputStream in, Path path, Consumer<String> unknown) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int number = WireFormat.getTagFieldNumber(tag);
      MessageFields fields = known.get(number);
      if (fields == null) {
        unknown.accept(path.to(number));
        in.skipField(tag);
      } else if (fields == WHOLE || WireFormat.getTagWireType(tag) != 2) {
        in.skipField(tag);
      } else {
        int limit = in.pushLimit(in.readRawVarint32());
        fields.scan(in, new Path(path, number, path.name, path.descriptor), unknown);
        in.popLimit(limit);
      }
    }
  }

  /** Where the scan is, as field numbers; turned into names when needed. */
  private record Path(
      @Nullable Path parent, int number, String name, Supplier<Descriptor> descriptor) {
    String to(int field) {
      return text() + "." + fieldName(type(), field);
    }

    private String text() {
      return parent == null ? name : parent.text() + "." + fieldName(parent.type(), number);
    }

    private @Nullable Descriptor type() {
      if (parent == null) {
        return descriptor.get();
      }
      Descriptor container = parent.type();
      FieldDescriptor field = container == null ? null : container.findFieldByNumber(number);
      return field == null ? null : field.getMessageType();
    }

    private static String fieldName(@Nullable Descriptor type, int number) {
      FieldDescriptor field = type == null ? null : type.findFieldByNumber(number);
      return field == null ? "field_" + number : field.getName();
    }
  }
}
