package dev.weft.client.translate;

import com.google.protobuf.Duration;
import dev.weft.model.RouteMatch;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.type.v3.FractionalPercent;

/** Numbers of xDS in the units of the model. */
final class Shares {
  private Shares() {}

  /** {@code envoy.type.v3.FractionalPercent} per million, at most all. */
  static int perMillion(FractionalPercent percent) {
    long factor =
        switch (percent.getDenominator()) {
          case HUNDRED -> 10_000;
          case TEN_THOUSAND -> 100;
          case MILLION, UNRECOGNIZED -> 1;
        };
    return (int) Math.min(RouteMatch.MILLION, (percent.getNumerator() & 0xffff_ffffL) * factor);
  }

  /** The default of a runtime value; there is no runtime layer in a JVM. */
  static int perMillion(RuntimeFractionalPercent percent) {
    return percent.hasDefaultValue() ? perMillion(percent.getDefaultValue()) : RouteMatch.MILLION;
  }

  /**
   * A protobuf duration.
   *
   * @throws TranslationException when it is out of protobuf's own range or negative
   */
  static java.time.Duration duration(String field, Duration value) throws TranslationException {
    // google/protobuf/duration.proto: at most 10,000 years.
    if (value.getSeconds() < 0
        || value.getSeconds() > 315_576_000_000L
        || value.getNanos() < 0
        || value.getNanos() > 999_999_999) {
      throw new TranslationException(
          field
              + " is "
              + value.getSeconds()
              + " s "
              + value.getNanos()
              + " ns; set a duration from 0 to 10,000 years");
    }
    return java.time.Duration.ofSeconds(value.getSeconds(), value.getNanos());
  }

  /** An unsigned 32-bit number, at most {@link Integer#MAX_VALUE}. */
  static int unsigned(int value) {
    return value < 0 ? Integer.MAX_VALUE : value;
  }
}
