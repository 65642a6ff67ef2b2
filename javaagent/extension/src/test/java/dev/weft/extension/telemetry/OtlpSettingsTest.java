package dev.weft.extension.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OtlpSettingsTest {
  @AfterEach
  void forget() {
    System.getProperties().keySet().removeIf(name -> name.toString().startsWith("otel."));
  }

  @Test
  void withoutAWordAboutItThereAreNoSpans() {
    assertThat(OtlpSettings.ofProcess()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "otel.traces.exporter, otlp, http://localhost:4318/v1/traces",
    "otel.exporter.otlp.endpoint, http://c:1, http://c:1/v1/traces",
    "otel.exporter.otlp.endpoint, http://c:1/, http://c:1/v1/traces",
    "otel.exporter.otlp.traces.endpoint, http://c:1/x, http://c:1/x"
  })
  void theEndpointFollowsOpenTelemetrysRules(String property, String value, String endpoint) {
    System.setProperty(property, value);
    OtlpSettings settings = OtlpSettings.ofProcess();
    assertThat(settings).isNotNull();
    assertThat(settings.endpoint()).isEqualTo(endpoint);
  }

  @Test
  void noneAndDisabledMeanNoSpansEvenWithAnEndpoint() {
    System.setProperty("otel.exporter.otlp.endpoint", "http://c:1");
    System.setProperty("otel.traces.exporter", "none");
    assertThat(OtlpSettings.ofProcess()).isNull();
    System.setProperty("otel.traces.exporter", "otlp");
    System.setProperty("otel.sdk.disabled", "true");
    assertThat(OtlpSettings.ofProcess()).isNull();
  }

  @Test
  void headersArePercentDecoded() {
    System.setProperty("otel.traces.exporter", "otlp");
    System.setProperty("otel.exporter.otlp.headers", "Authorization=Basic%20a+b=,x = 1 ,bad=%zz,y");
    assertThat(OtlpSettings.ofProcess().headers())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("Authorization", "Basic a+b=", "x", "1", "bad", "%zz"));
  }
}
