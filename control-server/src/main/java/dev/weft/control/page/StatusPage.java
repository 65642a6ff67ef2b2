package dev.weft.control.page;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The status page: one file without external assets, filled from the JSON API. */
public final class StatusPage {
  private StatusPage() {}

  /** The page. */
  public static String html() throws IOException {
    try (InputStream in = StatusPage.class.getResourceAsStream("status.html")) {
      if (in == null) {
        throw new IOException("status.html is missing in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
