package dev.weft.smoke.harm;

import java.io.IOException;

/** A server of the harness that writes down what reaches it. */
interface Wire {
  int port();

  /** Forgets everything: a new case begins. */
  void begin() throws IOException;

  /** What came since {@link #begin}. */
  String seen();
}
