package dev.weft.engine.call;

import static dev.weft.engine.fixtures.Config.cluster;
import static dev.weft.engine.fixtures.Config.retry;
import static dev.weft.engine.fixtures.Config.to;
import static dev.weft.engine.fixtures.FakeRequest.READER;
import static dev.weft.engine.fixtures.FakeRequest.RESPONSE;
import static dev.weft.engine.fixtures.FakeRequest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bootstrap.Attempt;
import dev.weft.bootstrap.Attempt.End;
import dev.weft.bootstrap.Attempt.Failure;
import dev.weft.bootstrap.Call;
import dev.weft.bootstrap.Call.Step;
import dev.weft.bootstrap.Destination;
import dev.weft.bootstrap.Verdict;
import dev.weft.engine.Engine;
import dev.weft.engine.fixtures.Config;
import dev.weft.engine.fixtures.FakeRequest;
import dev.weft.engine.fixtures.FakeWorld;
import dev.weft.engine.lb.Host;
import dev.weft.model.Cluster.Limits;
import dev.weft.model.Cluster.UpstreamTls;
import dev.weft.model.RetryPolicy.On;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A slow try is left running beside the next one; the first answer wins. */
class HedgingTest {
  private static final String V1 = cluster("v1");
  private static final int LIMIT = 5;
  private static final IOException SLOW = new IOException("slow");
  private final FakeWorld world = new FakeWorld();
  private final Engine engine = world.engine();

  @BeforeEach
  void configure() {
    Limits limits = new Limits(Integer.MAX_VALUE, Integer.MAX_VALUE, LIMIT, 3);
    engine.swap(
        new Config()
            .cluster(
                Config.cluster(V1, limits, null, new UpstreamTls.None(), false),
                List.of(Config.endpoint("10.0.0.1:80"), Config.endpoint("10.0.0.2:80")))
            .routes(
                to(V1, Duration.ofSeconds(10), retry(2, Duration.ofMillis(50), true, On.FIVE_XX)))
            .snapshot());
  }

  private Call begin() {
    return engine.http("reviews", 80).begin(get("/"), READER, Destination.BODY_REPEATABLE);
  }

  private static Verdict respond(Attempt a, int status) {
    return a.response(status, -1, new FakeRequest("", ""), RESPONSE);
  }

  private Attempt[] hedged(Call call) {
    call.next();
    Attempt first = call.attempt();
    world.advance(Duration.ofMillis(50));
    assertThat(first.failed(Failure.TIMEOUT, SLOW)).isEqualTo(Verdict.HEDGE);
    assertThat(call.next()).isEqualTo(Step.SEND);
    Attempt second = call.attempt();
    assertThat(second).isNotSameAs(first);
    assertThat(second.address()).isNotEqualTo(first.address());
    return new Attempt[] {first, second};
  }

  private void assertNothingIsHeld() {
    assertThat(engine.clusters())
        .allSatisfy(
            c -> {
              assertThat(c.permits().available()).isEqualTo(LIMIT);
              assertThat(c.retryLimit().inFlight()).isZero();
              assertThat(c.all()).extracting(Host::active).containsOnly(0);
            });
  }

  @Test
  void theSlowTryMayStillWinAndTheOtherIsDiscarded() {
    Attempt[] a = hedged(begin());
    assertThat(respond(a[0], 200)).isEqualTo(Verdict.DELIVER);
    assertThat(respond(a[1], 200)).isEqualTo(Verdict.DISCARD);
    a[0].end(End.COMPLETE, -1);
    assertThat(world.calls).containsExactly("200 - 2");
    assertNothingIsHeld();
  }

  @Test
  void theOtherMayWin() {
    Attempt[] a = hedged(begin());
    assertThat(respond(a[1], 200)).isEqualTo(Verdict.DELIVER);
    a[1].end(End.COMPLETE, -1);
    assertThat(a[0].failed(Failure.RESET, SLOW)).isEqualTo(Verdict.DISCARD);
    assertNothingIsHeld();
  }

  @Test
  void aFailureBesideARunningTryIsDiscardedAndTheLastFailureDecides() {
    Call call = begin();
    Attempt[] a = hedged(call);
    assertThat(respond(a[1], 503)).isEqualTo(Verdict.DISCARD);
    assertThat(respond(a[0], 503)).isEqualTo(Verdict.RETRY);
    Step step = call.next();
    while (step == Step.WAIT) {
      step = call.next();
    }
    assertThat(step).isEqualTo(Step.SEND);
    assertThat(respond(call.attempt(), 503)).isEqualTo(Verdict.DELIVER);
    call.attempt().end(End.COMPLETE, -1);
    assertThat(world.calls).containsExactly("503 URX 3");
    assertNothingIsHeld();
  }

  @Test
  void cancellingEndsAllTries() {
    Call call = begin();
    Attempt[] a = hedged(call);
    call.cancel();
    assertThat(respond(a[0], 200)).isEqualTo(Verdict.DISCARD);
    assertThat(a[1].failed(Failure.CANCELLED, SLOW)).isEqualTo(Verdict.DISCARD);
    assertNothingIsHeld();
  }

  @Test
  void racingReportsHaveExactlyOneWinnerAndLeakNothing() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(3);
    try {
      for (int round = 0; round < 3_000; round++) {
        Call call = begin();
        Attempt[] a = hedged(call);
        int kind = round % 4;
        CyclicBarrier barrier = new CyclicBarrier(3);
        Future<Verdict> one =
            pool.submit(
                () -> {
                  barrier.await();
                  return respond(a[0], kind == 1 ? 503 : 200);
                });
        Future<Verdict> two =
            pool.submit(
                () -> {
                  barrier.await();
                  return kind == 2 ? a[1].failed(Failure.RESET, SLOW) : respond(a[1], 200);
                });
        Future<?> three =
            pool.submit(
                () -> {
                  barrier.await();
                  if (kind == 3) {
                    call.cancel();
                  }
                  return null;
                });
        Verdict first = one.get();
        Verdict second = two.get();
        three.get();
        long winners = List.of(first, second).stream().filter(v -> v == Verdict.DELIVER).count();
        assertThat(winners).isLessThanOrEqualTo(1);
        if (kind == 0 || kind == 2) {
          assertThat(winners).isEqualTo(1);
        }
        if (first == Verdict.DELIVER) {
          a[0].end(End.COMPLETE, -1);
        } else if (second == Verdict.DELIVER) {
          a[1].end(End.COMPLETE, -1);
        } else if (first == Verdict.RETRY || second == Verdict.RETRY) {
          call.cancel();
        }
        assertNothingIsHeld();
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(world.calls).hasSize(3_000);
  }
}
