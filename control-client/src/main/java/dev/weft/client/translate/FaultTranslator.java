package dev.weft.client.translate;

import dev.weft.model.Fault;
import io.envoyproxy.envoy.extensions.filters.common.fault.v3.FaultDelay;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.FaultAbort;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code envoy.extensions.filters.http.fault.v3.HTTPFault}. */
final class FaultTranslator {
  static final String TYPE_URL =
      "type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault";
  private static final MessageFields FIELDS =
      new MessageFields()
          .nested(
              HTTPFault.DELAY_FIELD_NUMBER,
              new MessageFields()
                  .known(FaultDelay.FIXED_DELAY_FIELD_NUMBER, FaultDelay.PERCENTAGE_FIELD_NUMBER))
          .nested(
              HTTPFault.ABORT_FIELD_NUMBER,
              new MessageFields()
                  .known(
                      FaultAbort.HTTP_STATUS_FIELD_NUMBER,
                      FaultAbort.GRPC_STATUS_FIELD_NUMBER,
                      FaultAbort.PERCENTAGE_FIELD_NUMBER));

  private FaultTranslator() {}

  /**
   * Null when there is nothing to inject.
   *
   * @throws TranslationException when it holds a condition or kind that we do not know: a fault for
   *     more calls than asked for is worse than none
   */
  static @Nullable Fault translate(HTTPFault f) throws TranslationException {
    List<String> unknown = new ArrayList<>(0);
    FIELDS.scan(f.toByteString(), "fault", HTTPFault::getDescriptor, unknown::add);
    if (!unknown.isEmpty()) {
      throw new TranslationException("the fault uses " + unknown + ", which is not supported");
    }
    Fault.Delay delay = null;
    if (f.hasDelay()) {
      delay =
          new Fault.Delay(
              Shares.duration("fault.delay.fixed_delay", f.getDelay().getFixedDelay()),
              Shares.perMillion(f.getDelay().getPercentage()));
    }
    Fault.Abort abort = null;
    if (f.hasAbort()) {
      FaultAbort a = f.getAbort();
      boolean grpc = a.getErrorTypeCase() == FaultAbort.ErrorTypeCase.GRPC_STATUS;
      abort =
          new Fault.Abort(
              grpc ? 200 : a.getHttpStatus(),
              grpc ? a.getGrpcStatus() : -1,
              Shares.perMillion(a.getPercentage()));
    }
    return delay == null && abort == null ? null : new Fault(delay, abort);
  }
}
