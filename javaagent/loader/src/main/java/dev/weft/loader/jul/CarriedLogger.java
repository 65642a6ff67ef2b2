package dev.weft.loader.jul;

import dev.weft.loader.premain.AgentLog;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for {@link java.util.logging.Logger} in the code that we carry; packaging puts it
 * there.
 *
 * <p>The real one would initialise the JDK's log manager before the application has named its own
 * ({@code java.util.logging.manager}). Warnings and worse become lines of the agent; a message that
 * repeats is written once. Everything below is dropped. It has the methods that carried code uses;
 * packaging fails if one is missing.
 */
public final class CarriedLogger {
  private static final int REMEMBERED = 200;
  private static final ConcurrentHashMap<String, Boolean> SAID = new ConcurrentHashMap<>();

  private final @Nullable String name;

  private CarriedLogger(@Nullable String name) {
    this.name = name;
  }

  public static CarriedLogger getLogger(String name) {
    return new CarriedLogger(name);
  }

  public static CarriedLogger getLogger(String name, String bundle) {
    return new CarriedLogger(name);
  }

  public static CarriedLogger getAnonymousLogger() {
    return new CarriedLogger(null);
  }

  public @Nullable String getName() {
    return name;
  }

  public boolean isLoggable(Level level) {
    return level.intValue() >= Level.WARNING.intValue() && level != Level.OFF;
  }

  public Level getLevel() {
    return Level.WARNING;
  }

  /** Ignored: the level is fixed. */
  public void setLevel(Level level) {}

  public void log(LogRecord record) {
    write(record.getLevel(), record.getMessage(), record.getThrown());
  }

  public void log(Level level, String message) {
    write(level, message, null);
  }

  public void log(Level level, Supplier<String> message) {
    if (isLoggable(level)) {
      write(level, message.get(), null);
    }
  }

  public void log(Level level, String message, Object parameter) {
    write(level, message, null, parameter);
  }

  public void log(Level level, String message, Object[] parameters) {
    write(level, message, null, parameters);
  }

  public void log(Level level, String message, @Nullable Throwable thrown) {
    write(level, message, thrown);
  }

  public void log(Level level, @Nullable Throwable thrown, Supplier<String> message) {
    if (isLoggable(level)) {
      write(level, message.get(), thrown);
    }
  }

  public void logp(Level level, String type, String method, String message) {
    write(level, message, null);
  }

  public void logp(Level level, String type, String method, String message, Object parameter) {
    write(level, message, null, parameter);
  }

  public void logp(Level level, String type, String method, String message, Object[] parameters) {
    write(level, message, null, parameters);
  }

  public void logp(Level level, String type, String method, String message, Throwable thrown) {
    write(level, message, thrown);
  }

  public void severe(String message) {
    write(Level.SEVERE, message, null);
  }

  public void warning(String message) {
    write(Level.WARNING, message, null);
  }

  public void warning(Supplier<String> message) {
    write(Level.WARNING, message.get(), null);
  }

  public void info(String message) {}

  public void config(String message) {}

  public void fine(String message) {}

  public void fine(Supplier<String> message) {}

  public void finer(String message) {}

  public void finest(String message) {}

  public void entering(String type, String method) {}

  public void entering(String type, String method, Object parameter) {}

  public void exiting(String type, String method) {}

  public void exiting(String type, String method, Object result) {}

  private void write(
      Level level, String message, @Nullable Throwable thrown, Object... parameters) {
    if (!isLoggable(level)) {
      return;
    }
    String text = message;
    for (int i = 0; i < parameters.length; i++) {
      text = text.replace("{" + i + "}", String.valueOf(parameters[i]));
    }
    String line = (name == null ? "carried code" : name) + ": " + text;
    if (SAID.size() < REMEMBERED && SAID.putIfAbsent(line, true) == null) {
      AgentLog.warn(line, thrown);
    }
  }
}
