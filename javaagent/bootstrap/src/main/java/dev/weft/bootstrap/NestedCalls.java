package dev.weft.bootstrap;

/**
 * Marks threads that already send for a governed call, or for the mesh itself, so that a client
 * nested in another is governed once.
 */
public final class NestedCalls {
  private static final ThreadLocal<int[]> DEPTH = ThreadLocal.withInitial(() -> new int[1]);

  private NestedCalls() {}

  /** Whether this thread is inside {@link #enter}. */
  public static boolean inside() {
    return DEPTH.get()[0] > 0;
  }

  /** To be paired with {@link #exit()} in a finally block. */
  public static void enter() {
    DEPTH.get()[0]++;
  }

  /** See {@link #enter()}. */
  public static void exit() {
    DEPTH.get()[0]--;
  }
}
