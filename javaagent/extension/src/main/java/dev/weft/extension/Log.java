package dev.weft.extension;

import java.io.PrintStream;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The agent's few lines, on standard error. No logging library: the application's must not be
 * initialised before its time.
 */
public final class Log {
  /** More than this many places are counted, not logged. */
  private static final int MAX_PLACES = 1_000;

  private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

  private Log() {}

  /** Something a person may like to know. */
  public static void info(String message) {
    write("INFO", message);
  }

  /** Something a person should look at. */
  public static void warn(String message) {
    write("WARN", message);
  }

  /** Warns once per place, with the failure and where in our code it came from. */
  public static void warnOnce(String place, Throwable failure) {
    if (TOLD.size() < MAX_PLACES && TOLD.add(place)) {
      StackTraceElement[] trace = failure.getStackTrace();
      write(
          "WARN",
          "Internal error in "
              + place
              + ": "
              + failure
              + (trace.length == 0 ? "" : " at " + trace[0])
              + ". The application is not affected; further ones there are only counted.");
    }
  }

  private static void write(String level, String message) {
    // System.err is read anew each time: applications replace it.
    PrintStream err = System.err;
    err.println("[weft] " + level + " " + message);
  }
}
