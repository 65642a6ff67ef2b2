package dev.weft.loader.premain;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes lines {@code [weft] LEVEL message} to standard error.
 *
 * <p>Not through any logging framework: {@code java.util.logging} must not be initialised before
 * the application has chosen its log manager. The stream is the one that was standard error when
 * the agent started, so what the application redirects later stays the application's.
 */
public final class AgentLog {
  private static final PrintStream OUT = System.err;

  private AgentLog() {}

  public static void info(String message) {
    line("INFO", message);
  }

  public static void warn(String message) {
    line("WARN", message);
  }

  /** Writes a warning and the failure's class and message in the same line. */
  public static void warn(String message, @Nullable Throwable failure) {
    line("WARN", failure == null ? message : message + ": " + failure);
  }

  private static void line(String level, String message) {
    OUT.println("[weft] " + level + " " + message);
  }
}
