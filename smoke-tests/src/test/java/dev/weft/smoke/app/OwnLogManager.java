package dev.weft.smoke.app;

import java.util.logging.LogManager;

/** An application that brings its own log manager, as application servers do. */
public final class OwnLogManager extends LogManager {
  public static void main(String[] arguments) {
    System.out.println(LogManager.getLogManager().getClass().getSimpleName());
  }
}
