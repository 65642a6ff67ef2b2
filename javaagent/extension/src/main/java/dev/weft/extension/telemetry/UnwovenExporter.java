package dev.weft.extension.telemetry;

import dev.weft.bootstrap.NestedCalls;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;

/** Marks the exporter's own calls: they go through a JDK client that is woven. */
final class UnwovenExporter implements SpanExporter {
  private final SpanExporter exporter;

  UnwovenExporter(SpanExporter exporter) {
    this.exporter = exporter;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    NestedCalls.enter();
    try {
      return exporter.export(spans);
    } finally {
      NestedCalls.exit();
    }
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }
}
