package dev.weft.instrumentation.grpc;

import dev.weft.bootstrap.HeaderWriter;
import dev.weft.bootstrap.ResponseReader;
import io.grpc.Metadata;
import org.jspecify.annotations.Nullable;

/** Reads and changes gRPC metadata by header name. Binary headers are not policy's to see. */
public final class MetadataHeaders implements HeaderWriter<Metadata>, ResponseReader<Metadata> {
  static final MetadataHeaders INSTANCE = new MetadataHeaders();

  private MetadataHeaders() {}

  @Override
  public void set(Metadata message, String name, String value) {
    if (isText(name)) {
      Metadata.Key<String> key = key(name);
      message.discardAll(key);
      message.put(key, value);
    }
  }

  @Override
  public void add(Metadata message, String name, String value) {
    if (isText(name)) {
      message.put(key(name), value);
    }
  }

  @Override
  public void remove(Metadata message, String name) {
    if (isText(name)) {
      message.discardAll(key(name));
    }
  }

  @Override
  public @Nullable String header(Metadata metadata, String name) {
    if (!isText(name)) {
      return null;
    }
    Iterable<String> values = metadata.getAll(key(name));
    if (values == null) {
      return null;
    }
    String joined = null;
    for (String value : values) {
      joined = joined == null ? value : joined + ',' + value;
    }
    return joined;
  }

  private static boolean isText(String name) {
    return !name.isEmpty()
        && name.charAt(0) != ':'
        && !name.endsWith(Metadata.BINARY_HEADER_SUFFIX);
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }
}
