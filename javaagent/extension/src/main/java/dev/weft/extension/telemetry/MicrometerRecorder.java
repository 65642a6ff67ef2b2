package dev.weft.extension.telemetry;

import dev.weft.engine.telemetry.CallView;
import dev.weft.engine.telemetry.InboundView;
import dev.weft.engine.telemetry.Recorder;
import dev.weft.engine.telemetry.Target;
import dev.weft.engine.telemetry.TcpView;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Counts calls in Istio's standard metrics, TCP connections and JDBC statements.
 *
 * <p>The registry is made with the first record or {@link #warmUp}, whichever comes first: its
 * classes must not be loaded before main.
 */
public final class MicrometerRecorder implements Recorder {
  private static final double NANOS_PER_MILLI = 1e6;

  private final CallLabels labels;
  private final Map<Statement, Timer> statements = new ConcurrentHashMap<>();

  /** Makes a recorder that labels with {@code local}. */
  public MicrometerRecorder(LocalWorkload local) {
    this.labels = new CallLabels(local);
  }

  /** Loads the metric library on the calling thread, so that no call of the application has to. */
  public void warmUp() {
    metrics().scrape();
  }

  /** Everything in Prometheus text format. */
  public String scrape() {
    return metrics().scrape();
  }

  /** Adds a figure that is computed when somebody scrapes. */
  public <T> void gauge(String name, String description, T source, ToDoubleFunction<T> value) {
    metrics().gauge(name, description, source, value);
  }

  private static Metrics metrics() {
    return Holder.METRICS;
  }

  /** Loads Micrometer on first use, not when the recorder is made. */
  private static final class Holder {
    static final Metrics METRICS = new Metrics();
  }

  @Override
  public void outbound(CallView call) {
    long outcome =
        MeterCache.outcome(
            call.status(),
            call.grpcStatus(),
            call.flags(),
            call.mutualTls(),
            isGrpc(call.protocol()));
    MeterCache cache = cache(call.target());
    MeterCache.Entry entry = cache.find(outcome, null);
    if (entry == null) {
      entry = add(call.target(), cache, outcome, null, labels.outbound(call));
    }
    entry.requests().increment();
    entry.duration().record(call.durationNanos() / NANOS_PER_MILLI);
  }

  @Override
  public void inbound(InboundView call) {
    long outcome =
        MeterCache.outcome(
            call.status(),
            call.grpcStatus(),
            call.flags(),
            call.mutualTls(),
            isGrpc(call.protocol()));
    MeterCache cache = cache(call.target());
    MeterCache.Entry entry = cache.find(outcome, call.peer());
    if (entry == null) {
      entry = add(call.target(), cache, outcome, call.peer(), labels.inbound(call));
    }
    entry.requests().increment();
    entry.duration().record(call.durationNanos() / NANOS_PER_MILLI);
  }

  private static MeterCache cache(Target target) {
    return target.handle() instanceof MeterCache cache ? cache : MeterCache.EMPTY;
  }

  private static MeterCache.Entry add(
      Target target, MeterCache cache, long outcome, @Nullable String peer, Tags tags) {
    MeterCache.Entry entry =
        new MeterCache.Entry(outcome, peer, metrics().requests(tags), metrics().durations(tags));
    target.handle(cache.with(entry));
    return entry;
  }

  private static boolean isGrpc(String protocol) {
    return protocol.equals("grpc");
  }

  @Override
  public void tcpOpened(TcpView connection) {
    metrics().tcpOpened(labels.tcp(connection)).increment();
  }

  @Override
  public void tcpClosed(TcpView connection) {
    metrics().tcpClosed(labels.tcp(connection)).increment();
  }

  private record Statement(
      String system, String host, int port, String kind, @Nullable Class<?> error) {}

  @Override
  public void statement(
      String system, String host, int port, String kind, long nanos, @Nullable Throwable failure) {
    Statement key =
        new Statement(system, host, port, kind, failure == null ? null : failure.getClass());
    Timer timer = statements.get(key);
    if (timer == null) {
      timer = metrics().statements(tags(key));
      statements.put(key, timer);
    }
    timer.record(nanos, TimeUnit.NANOSECONDS);
  }

  private static Tags tags(Statement key) {
    return Tags.of(
        "db_system_name", key.system,
        "server_address", key.host,
        "server_port", String.valueOf(key.port),
        "db_operation_name", key.kind,
        "error_type", key.error == null ? "" : key.error.getName());
  }
}
