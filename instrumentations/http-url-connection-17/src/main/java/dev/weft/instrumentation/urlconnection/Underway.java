package dev.weft.instrumentation.urlconnection;

import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The governed calls under way, by the JDK objects that carry them: the application's connection
 * and the {@code HttpClient} beneath it. Weak, because an application may drop a connection without
 * ending it; a call refers to neither. Guarded by the map; ungoverned traffic reads one field.
 */
final class Underway {
  private static final Map<Object, UrlCall> CALLS = new WeakHashMap<>();
  private static volatile boolean any;

  /** The call for which this thread opens a socket or looks into the keep-alive cache. */
  private static final ThreadLocal<@Nullable UrlCall> OPENING = new ThreadLocal<>();

  private Underway() {}

  static @Nullable UrlCall of(Object carrier) {
    if (!any) {
      return null;
    }
    synchronized (CALLS) {
      return CALLS.get(carrier);
    }
  }

  static void put(Object carrier, UrlCall call) {
    synchronized (CALLS) {
      CALLS.put(carrier, call);
      any = true;
    }
  }

  static @Nullable UrlCall opening() {
    return any ? OPENING.get() : null;
  }

  static @Nullable UrlCall open(@Nullable UrlCall call) {
    UrlCall before = OPENING.get();
    if (call == null) {
      OPENING.remove();
    } else {
      any = true;
      OPENING.set(call);
    }
    return before;
  }
}
