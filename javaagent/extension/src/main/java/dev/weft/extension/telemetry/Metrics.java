package dev.weft.extension.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.function.ToDoubleFunction;

/** The registry and the meters by their names; made once, on the agent's own thread. */
final class Metrics {
  /** Istio's buckets for request durations, milliseconds. */
  private static final double[] MILLISECONDS = {
    0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000
  };

  /** Buckets that the OTel semantic conventions advise for {@code db.client.operation.duration}. */
  private static final Duration[] DATABASE = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final MeterProvider<Counter> requests =
      Counter.builder("istio.requests")
          .description("Logical calls, whatever the number of attempts")
          .withRegistry(registry);
  private final MeterProvider<DistributionSummary> durations =
      DistributionSummary.builder("istio.request.duration.milliseconds")
          .description("Duration of logical calls")
          .serviceLevelObjectives(MILLISECONDS)
          .withRegistry(registry);
  private final MeterProvider<Counter> tcpOpened =
      Counter.builder("istio.tcp.connections.opened")
          .description("TCP connections that were made")
          .withRegistry(registry);
  private final MeterProvider<Counter> tcpClosed =
      Counter.builder("istio.tcp.connections.closed")
          .description("TCP connections that ended")
          .withRegistry(registry);
  private final MeterProvider<Timer> statements =
      Timer.builder("db.client.operation.duration")
          .description("Duration of JDBC statements")
          .serviceLevelObjectives(DATABASE)
          .withRegistry(registry);

  Counter requests(Tags tags) {
    return requests.withTags(tags);
  }

  DistributionSummary durations(Tags tags) {
    return durations.withTags(tags);
  }

  Counter tcpOpened(Tags tags) {
    return tcpOpened.withTags(tags);
  }

  Counter tcpClosed(Tags tags) {
    return tcpClosed.withTags(tags);
  }

  Timer statements(Tags tags) {
    return statements.withTags(tags);
  }

  /** A figure that is asked for when somebody scrapes. */
  <T> void gauge(String name, String description, T source, ToDoubleFunction<T> value) {
    Gauge.builder(name, source, value)
        .description(description)
        .strongReference(true)
        .register(registry);
  }

  /** Prometheus text format 0.0.4. */
  String scrape() {
    return registry.scrape();
  }
}
