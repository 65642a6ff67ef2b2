package dev.weft.demo.story;

import java.util.Locale;

/** Tells people what happens, with the seconds since the curtain rose. */
public final class Narrator {
  private final long start = System.nanoTime();

  /** A new step. */
  public synchronized void step(String text) {
    System.out.printf(Locale.ROOT, "%n%5.1f s  %s%n", seconds(), text);
  }

  /** Something that happens within it. */
  public synchronized void say(String format, Object... values) {
    System.out.printf(
        Locale.ROOT, "%5.1f s    %s%n", seconds(), String.format(Locale.ROOT, format, values));
  }

  /** Since the start. */
  public double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }
}
