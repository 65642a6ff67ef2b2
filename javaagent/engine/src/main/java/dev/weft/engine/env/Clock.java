package dev.weft.engine.env;

/** Monotonic time. */
@FunctionalInterface
public interface Clock {
  /** The JVM's {@link System#nanoTime()}; deadlines of the seam are on this scale. */
  Clock SYSTEM = System::nanoTime;

  /** Nanoseconds since an arbitrary origin; only differences mean something. */
  long nanos();
}
