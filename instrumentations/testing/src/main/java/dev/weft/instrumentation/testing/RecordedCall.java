package dev.weft.instrumentation.testing;

import org.jspecify.annotations.Nullable;

/**
 * One logical call as the engine recorded it.
 *
 * @param workload whom it reached at last
 * @param flags Envoy's response flags as text, {@code -} for none
 */
public record RecordedCall(
    String method,
    String path,
    String authority,
    int status,
    String flags,
    int attempts,
    boolean mutualTls,
    String workload,
    @Nullable Throwable failure) {}
