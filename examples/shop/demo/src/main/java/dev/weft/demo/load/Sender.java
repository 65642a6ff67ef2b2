package dev.weft.demo.load;

/** Sends one call with some HTTP client. Thread-safe. */
public interface Sender {
  /**
   * Sends and reads the answer to its end.
   *
   * @throws Exception whatever the client throws
   */
  Reply send(LoadSpec spec, String url, String body) throws Exception;

  /** An answer. */
  record Reply(int status, String body) {}
}
