package dev.weft.bootstrap;

/** What an adapter does with a report's outcome; see {@link Attempt}. */
public enum Verdict {
  /** Hand the response or the exception to the application. */
  DELIVER,
  /** Discard it and ask {@link Call#next()}. */
  RETRY,
  /** Answer {@link Call#reply()} instead, such as 504 after the mesh's own timeout. */
  REPLY,
  /** Leave the attempt running and ask {@link Call#next()} for another beside it. */
  HEDGE,
  /** Discard it silently: the call has its result, or was cancelled. */
  DISCARD
}
