package dev.weft.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weft.bootstrap.NestedCalls;
import dev.weft.engine.Engine;
import dev.weft.engine.EngineEnvironment;
import dev.weft.engine.telemetry.Recorder;
import dev.weft.engine.telemetry.Tracing;
import dev.weft.extension.timer.SharedTimer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class FirstConfigWaitTest {
  private static final long LONG = TimeUnit.MINUTES.toNanos(10);

  private static FirstConfigWait waiting(long nanos) {
    return new FirstConfigWait(
        Engine.create(EngineEnvironment.system(new SharedTimer(), Recorder.NONE, Tracing.NONE)),
        nanos);
  }

  private static Thread calling(String name, Runnable call) {
    Thread thread = new Thread(call, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Test
  void theFirstCallsWaitAndGoOnAtOnceWhenConfigurationIsThere() throws Exception {
    FirstConfigWait wait = waiting(LONG);
    Thread http = calling("http-nio-8080-exec-1", () -> wait.http("catalog", 80));
    Thread tcp = calling("main", () -> wait.tcp("db", 5432));
    await().until(() -> http.getState() == Thread.State.TIMED_WAITING);
    await().until(() -> tcp.getState() == Thread.State.TIMED_WAITING);
    wait.end();
    http.join();
    tcp.join();
    wait.http("catalog", 80);
  }

  @Test
  void theWaitHappensOncePerProcess() {
    FirstConfigWait wait = waiting(TimeUnit.MILLISECONDS.toNanos(300));
    long start = System.nanoTime();
    wait.http("catalog", 80);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(290));
    start = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      wait.http("catalog", 80);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(300));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nioEventLoopGroup-2-1",
        "reactor-http-epoll-3",
        "reactor-http-nio-2",
        "vert.x-eventloop-thread-0",
        "HttpClient-1-SelectorManager",
        "httpclient-dispatch-1",
        "grpc-default-worker-ELG-1-2",
        "XNIO-1 I/O-4",
        "weft-timer"
      })
  void anEventLoopNeverWaits(String name) throws Exception {
    FirstConfigWait wait = waiting(LONG);
    Thread loop = calling(name, () -> wait.http("catalog", 80));
    loop.join();
  }

  @Test
  void ourOwnCallsAndServersDoNotWait() {
    FirstConfigWait wait = waiting(LONG);
    wait.inbound(8080);
    wait.listening(8080, "http", true);
    NestedCalls.enter();
    try {
      wait.http("collector", 4318);
    } finally {
      NestedCalls.exit();
    }
  }

  @Test
  void anInterruptIsLeftToTheApplication() {
    FirstConfigWait wait = waiting(LONG);
    AtomicBoolean interrupted = new AtomicBoolean();
    Thread caller =
        calling(
            "main",
            () -> {
              wait.http("catalog", 80);
              interrupted.set(Thread.currentThread().isInterrupted());
            });
    await().until(() -> caller.getState() == Thread.State.TIMED_WAITING);
    caller.interrupt();
    await().untilTrue(interrupted);
  }
}
