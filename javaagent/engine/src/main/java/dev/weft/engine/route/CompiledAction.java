package dev.weft.engine.route;

import dev.weft.engine.env.RandomSource;
import dev.weft.engine.header.HeaderProgram;
import dev.weft.engine.lb.ClusterState;
import dev.weft.engine.retry.RetryRule;
import dev.weft.model.RouteAction;
import org.jspecify.annotations.Nullable;

/** What a matched route does, made ready. Immutable. */
public sealed interface CompiledAction {

  /** Behave as if we were not there. */
  record Passthrough() implements CompiledAction {}

  /** Answers itself. */
  record Direct(RouteAction.DirectResponse response, HeaderProgram responseHeaders)
      implements CompiledAction {}

  /** Answers with a redirect. */
  record Redirect(
      RouteAction.Redirect redirect, @Nullable PathRewriter path, HeaderProgram responseHeaders)
      implements CompiledAction {}

  /**
   * One cluster of a split with all header changes that go with it.
   *
   * @param state null when CDS has no such cluster: 503 with flag NC
   */
  record Share(
      String cluster,
      @Nullable ClusterState state,
      HeaderProgram requestHeaders,
      HeaderProgram responseHeaders) {}

  /** Sends to clusters. */
  final class Forward implements CompiledAction {
    private final RouteAction.Forward model;
    private final @Nullable Share only;
    private final Share[] shares;
    private final long[] sums;
    private final @Nullable PathRewriter rewriter;
    private final @Nullable RetryRule retry;
    private final long timeoutNanos;

    /**
     * @param shares one per weighted cluster of {@code model}, in its order
     */
    public Forward(
        RouteAction.Forward model,
        Share[] shares,
        @Nullable PathRewriter rewriter,
        @Nullable RetryRule retry) {
      this.model = model;
      this.shares = shares.clone();
      this.only = shares.length == 1 ? shares[0] : null;
      this.rewriter = rewriter;
      this.retry = retry;
      this.timeoutNanos = model.timeout().toNanos();
      this.sums = new long[shares.length];
      long sum = 0;
      for (int i = 0; i < sums.length; i++) {
        sum += model.clusters().get(i).weight();
        sums[i] = sum;
      }
    }

    /** Draws a cluster by weight; null when all weights are 0. */
    public @Nullable Share draw(RandomSource random) {
      if (only != null) {
        return only;
      }
      long total = sums.length == 0 ? 0 : sums[sums.length - 1];
      if (total == 0) {
        return null;
      }
      int drawn = random.below((int) Math.min(Integer.MAX_VALUE, total));
      int i = 0;
      while (drawn >= sums[i]) {
        i++;
      }
      return shares[i];
    }

    /** As configured. */
    public RouteAction.Forward model() {
      return model;
    }

    /** All clusters of the split. */
    public Share[] shares() {
      return shares.clone();
    }

    /** Change of the path, or null. */
    public @Nullable PathRewriter rewriter() {
      return rewriter;
    }

    /** Retries, or null. */
    public @Nullable RetryRule retry() {
      return retry;
    }

    /** Of the whole call; 0: none. */
    public long timeoutNanos() {
      return timeoutNanos;
    }
  }
}
