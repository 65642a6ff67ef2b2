package dev.weft.engine.env;

import dev.weft.engine.telemetry.CallView;
import org.jspecify.annotations.Nullable;

/**
 * Whether an outbound call may go ahead; asked once per call, before faults and retries. For
 * verdicts that need time, such as external authorization.
 *
 * <p>Must not block. A failure of an implementation refuses the call: authorization fails closed.
 */
@FunctionalInterface
public interface Admission {
  /** Admits everything at once. */
  Admission ALL = call -> null;

  /** Returns null to admit {@code call} at once, or a ticket that is settled later. */
  @Nullable Ticket ask(CallView call);
}
