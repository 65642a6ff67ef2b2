package dev.weft.bootstrap;

/**
 * One logical outbound call, made of one or more {@link Attempt}s.
 *
 * <p>The adapter's loop:
 *
 * <pre>{@code
 * for (;;) {
 *   switch (call.next()) {
 *     case SEND    -> send call.attempt(); report to it; on Verdict.RETRY loop
 *     case WAIT    -> wait call.waitNanos() (park or timer), loop
 *     case PENDING -> call.onReady(loop again)
 *     case REPLY   -> answer call.reply() as the library's own response; call.end()
 *   }
 * }
 * }</pre>
 *
 * <p>Calls of one {@code Call} come from one thread at a time, except {@link #cancel}, {@link
 * #onReady} and reports to hedged attempts, which may race; the engine sorts that out.
 */
public abstract class Call {

  /** What the adapter has to do next. */
  public enum Step {
    /** Send {@link #attempt()}. */
    SEND,
    /** Answer with {@link #reply()} without sending. */
    REPLY,
    /** Wait {@link #waitNanos()}, then ask {@link #next()} again: injected delay or backoff. */
    WAIT,
    /** The verdict is not known yet; {@link #onReady} tells when to ask again. */
    PENDING
  }

  /** Decides the next step. To be asked at the start, and again after WAIT, PENDING and RETRY. */
  public abstract Step next();

  /** The attempt to send; valid after {@link Step#SEND}. */
  public abstract Attempt attempt();

  /** The local answer; valid after {@link Step#REPLY} or {@link Verdict#REPLY}. */
  public abstract LocalReply reply();

  /** Nanoseconds to wait; valid after {@link Step#WAIT}. */
  public abstract long waitNanos();

  /**
   * Runs {@code task} once when the pending verdict is there; at once if it already is. Blocking
   * adapters pass an unpark of their thread.
   */
  public abstract void onReady(Runnable task);

  /**
   * The latest {@link System#nanoTime()} at which this call may still run, from the route's timeout
   * or an inbound deadline; {@link Long#MAX_VALUE} when there is none.
   */
  public abstract long deadlineNanos();

  /**
   * The application gave up: permits are released and the call is recorded as cancelled.
   * Idempotent; later reports of its attempts answer {@link Verdict#DISCARD}.
   */
  public abstract void cancel();

  /**
   * The call is over and its result is with the application. Records it. Idempotent. Called by the
   * engine itself when the delivered attempt ends; adapters call it only after a local reply.
   */
  public abstract void end();
}
