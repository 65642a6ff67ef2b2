package dev.weft.client.disk;

/** Bytes that are not a snapshot of this format version. The message says what is wrong. */
public final class MalformedSnapshotException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedSnapshotException(String message) {
    super(message);
  }
}
