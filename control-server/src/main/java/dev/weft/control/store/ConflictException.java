package dev.weft.control.store;

/** Somebody else changed a document since it was read; nothing was written. */
public final class ConflictException extends Exception {
  private static final long serialVersionUID = 1L;

  ConflictException(String message) {
    super(message);
  }
}
