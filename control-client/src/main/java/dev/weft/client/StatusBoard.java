package dev.weft.client;

import dev.weft.model.MeshSnapshot;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Holds the {@link Status}: written by the control thread, read by any. */
final class StatusBoard {
  private volatile Status status;

  StatusBoard(MeshSnapshot base) {
    status =
        new Status(
            base.version(), false, false, null, null, "", /* enabled= */ true, base.notApplied());
  }

  Status view() {
    return status;
  }

  void snapshot(MeshSnapshot s) {
    update(
        o ->
            new Status(
                s.version(),
                o.connected(),
                o.registered(),
                o.lastError(),
                o.certificateExpiry(),
                o.spiffeId(),
                o.enabled(),
                s.notApplied()));
  }

  void connected(boolean connected, @Nullable String error) {
    update(o -> with(o, connected, o.registered(), error, o.enabled()));
  }

  void registered(boolean registered) {
    update(o -> with(o, o.connected(), registered, o.lastError(), o.enabled()));
  }

  void enabled(boolean enabled) {
    update(o -> with(o, o.connected(), o.registered(), o.lastError(), enabled));
  }

  void error(@Nullable String error) {
    update(o -> with(o, o.connected(), o.registered(), error, o.enabled()));
  }

  void certificate(String spiffeId, Instant expiry) {
    update(
        o ->
            new Status(
                o.configVersion(),
                o.connected(),
                o.registered(),
                o.lastError(),
                expiry,
                spiffeId,
                o.enabled(),
                o.notApplied()));
  }

  private static Status with(
      Status o, boolean connected, boolean registered, @Nullable String error, boolean enabled) {
    return new Status(
        o.configVersion(),
        connected,
        registered,
        error,
        o.certificateExpiry(),
        o.spiffeId(),
        enabled,
        List.copyOf(o.notApplied()));
  }

  // Only the control thread writes, so a read and a write need not be one step.
  private void update(UnaryOperator<Status> change) {
    status = change.apply(status);
  }
}
