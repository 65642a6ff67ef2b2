package dev.weft.client;

import dev.weft.model.NotApplied;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the client stands, for {@code weft status} and the admin endpoint. Immutable.
 *
 * @param configVersion version of the last published snapshot, empty before the first
 * @param connected the ADS stream is up and has answered
 * @param registered the control server has acknowledged the announcement
 * @param lastError the newest trouble that still lasts, or null
 * @param certificateExpiry {@code notAfter} of the leaf, or null without one
 * @param spiffeId or empty
 * @param enabled the kill switch's last word
 * @param notApplied parts of the configuration that are not in force, and why
 */
public record Status(
    String configVersion,
    boolean connected,
    boolean registered,
    @Nullable String lastError,
    @Nullable Instant certificateExpiry,
    String spiffeId,
    boolean enabled,
    List<NotApplied> notApplied) {
  public Status {
    notApplied = List.copyOf(notApplied);
  }
}
