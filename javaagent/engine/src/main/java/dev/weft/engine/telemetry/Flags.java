package dev.weft.engine.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * Envoy's response flags: why a response is not simply the endpoint's own.
 *
 * <p>Source: {@code %RESPONSE_FLAGS%} of Envoy's access log. Kept as bits while a call runs; as
 * text they are constants, so that a recorder may compare and cache them.
 */
public final class Flags {
  /** Connect or TLS failed. */
  public static final int UF = 1;

  /** A limit was reached. */
  public static final int UO = 1 << 1;

  /** No route. */
  public static final int NR = 1 << 2;

  /** The route's cluster does not exist. */
  public static final int NC = 1 << 3;

  /** No healthy endpoint. */
  public static final int UH = 1 << 4;

  /** The mesh's timeout ran out. */
  public static final int UT = 1 << 5;

  /** An injected abort. */
  public static final int FI = 1 << 6;

  /** An injected delay. */
  public static final int DI = 1 << 7;

  /** The retry limit was reached. */
  public static final int URX = 1 << 8;

  /** The endpoint reset the stream or connection before a response. */
  public static final int UR = 1 << 9;

  /** The endpoint ended the connection inside the response. */
  public static final int UC = 1 << 10;

  /** The application gave up. */
  public static final int DC = 1 << 11;

  /** Authorization refused. */
  public static final int UAEX = 1 << 12;

  private static final String[] NAMES = {
    "UF", "UO", "NR", "NC", "UH", "UT", "FI", "DI", "URX", "UR", "UC", "DC", "UAEX"
  };

  /** Filled on demand; a lost race stores an equal string. */
  private static final @Nullable String[] TEXTS = new String[1 << NAMES.length];

  private Flags() {}

  /** Returns the flags joined with commas, {@code -} for none; the same object every time. */
  public static String text(int flags) {
    String known = TEXTS[flags];
    if (known != null) {
      return known;
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < NAMES.length; i++) {
      if ((flags & 1 << i) != 0) {
        text.append(text.length() == 0 ? "" : ",").append(NAMES[i]);
      }
    }
    String made = text.length() == 0 ? "-" : text.toString().intern();
    TEXTS[flags] = made;
    return made;
  }
}
