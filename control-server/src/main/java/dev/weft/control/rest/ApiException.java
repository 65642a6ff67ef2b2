package dev.weft.control.rest;

import java.util.List;

/** An answer that is not a success: HTTP status, one sentence, findings. */
final class ApiException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient List<?> findings;

  ApiException(int status, String message, List<?> findings) {
    super(message);
    this.status = status;
    this.findings = findings;
  }

  ApiException(int status, String message) {
    this(status, message, List.of());
  }

  int status() {
    return status;
  }

  List<?> findings() {
    return findings;
  }
}
