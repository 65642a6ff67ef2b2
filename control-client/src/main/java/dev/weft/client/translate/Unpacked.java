package dev.weft.client.translate;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;

/** Reads what an {@code Any} holds; the caller has looked at its type URL. */
final class Unpacked {
  private Unpacked() {}

  static <T> T of(Any any, Parser<T> parser) throws TranslationException {
    try {
      return parser.parseFrom(any.getValue());
    } catch (InvalidProtocolBufferException e) {
      throw new TranslationException(
          any.getTypeUrl() + " cannot be decoded: " + e.getMessage() + "; send a valid message");
    }
  }
}
