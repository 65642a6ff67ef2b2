package dev.weft.smoke.app;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Waits until the agent in this JVM answers at the address given, and prints the answer's size. */
public final class ScrapeSelf {
  private static final long LIMIT_MILLIS = 30_000;

  private ScrapeSelf() {}

  public static void main(String[] arguments) throws Exception {
    long end = System.currentTimeMillis() + LIMIT_MILLIS;
    IOException last = null;
    while (System.currentTimeMillis() < end) {
      try (InputStream in = URI.create(arguments[0]).toURL().openStream()) {
        String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        System.out.println("scraped " + answer.lines().count() + " lines");
        return;
      } catch (IOException notYet) {
        last = notYet;
        Thread.sleep(50);
      }
    }
    throw new IllegalStateException("No answer from " + arguments[0], last);
  }
}
