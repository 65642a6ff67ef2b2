package dev.weft.control.compile;

import dev.weft.control.source.VirtualService.Fault;
import io.envoyproxy.envoy.extensions.filters.common.fault.v3.FaultDelay;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.FaultAbort;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.type.v3.FractionalPercent;

/** Source: {@code envoy.extensions.filters.http.fault.v3.HTTPFault}. */
final class Faults {
  private static final int PER_PERCENT = 10_000;

  private Faults() {}

  static HTTPFault fault(Fault fault) {
    HTTPFault.Builder built = HTTPFault.newBuilder();
    if (fault.delay() != null) {
      built.setDelay(
          FaultDelay.newBuilder()
              .setFixedDelay(Protos.duration(fault.delay().fixed()))
              .setPercentage(share(fault.delay().percent())));
    }
    if (fault.abort() != null) {
      FaultAbort.Builder abort =
          FaultAbort.newBuilder().setPercentage(share(fault.abort().percent()));
      if (fault.abort().grpcStatus() >= 0) {
        abort.setGrpcStatus(fault.abort().grpcStatus());
      } else {
        abort.setHttpStatus(fault.abort().httpStatus());
      }
      built.setAbort(abort);
    }
    return built.build();
  }

  static FractionalPercent share(double percent) {
    return FractionalPercent.newBuilder()
        .setNumerator((int) Math.round(percent * PER_PERCENT))
        .setDenominator(FractionalPercent.DenominatorType.MILLION)
        .build();
  }
}
