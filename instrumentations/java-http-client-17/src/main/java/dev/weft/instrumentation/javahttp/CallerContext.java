package dev.weft.instrumentation.javahttp;

import dev.weft.bootstrap.NestedCalls;
import dev.weft.bootstrap.RequestScope;
import org.jspecify.annotations.Nullable;

/**
 * What the calling thread knew when the application sent: {@code sendAsync} starts the exchange on
 * another thread, and a redirect later still. Travels with the request; absent when there is
 * nothing to remember.
 */
final class CallerContext extends Carried {
  /** Marks an exchange to be sent as if we were not there. */
  static final CallerContext NOT_OURS = new CallerContext(null, true);

  final @Nullable RequestScope scope;

  /** The call belongs to an outer governed call: stand aside. */
  final boolean nested;

  private CallerContext(@Nullable RequestScope scope, boolean nested) {
    this.scope = scope;
    this.nested = nested;
  }

  /** Returns what this thread knows, or null. */
  static @Nullable CallerContext ofThisThread() {
    if (NestedCalls.inside()) {
      return NOT_OURS;
    }
    RequestScope scope = RequestScope.current();
    return scope == null ? null : new CallerContext(scope, false);
  }
}
