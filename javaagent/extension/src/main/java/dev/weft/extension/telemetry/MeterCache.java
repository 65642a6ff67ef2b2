package dev.weft.extension.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one target by outcome, in the target's own slot: a call finds them by comparing a
 * number, without building labels.
 *
 * <p>Immutable; a new outcome makes a new cache. Two threads that both do so lose at most a cache
 * entry, never a count: the registry gives both the same meter. A linear scan beats a hash here,
 * since a target sees a handful of outcomes.
 */
final class MeterCache {
  /** Beyond this many outcomes the cache starts anew, so a hostile peer cannot grow it. */
  private static final int MAX = 64;

  static final MeterCache EMPTY = new MeterCache(new Entry[0]);

  private final Entry[] entries;

  private MeterCache(Entry[] entries) {
    this.entries = entries;
  }

  /** The meters of one outcome. */
  record Entry(
      long outcome, @Nullable String peer, Counter requests, DistributionSummary duration) {}

  /** Packs an outcome; fields keep within their bits by their ranges. */
  static long outcome(int status, int grpcStatus, int flags, boolean mutualTls, boolean grpc) {
    return (long) flags << 32
        | (long) (status & 0x3FF) << 16
        | (long) (grpcStatus + 1 & 0x1F) << 8
        | (mutualTls ? 1 : 0)
        | (grpc ? 2 : 0);
  }

  @Nullable Entry find(long outcome, @Nullable String peer) {
    for (Entry entry : entries) {
      if (entry.outcome == outcome && same(entry.peer, peer)) {
        return entry;
      }
    }
    return null;
  }

  private static boolean same(@Nullable String a, @Nullable String b) {
    return a == null ? b == null : a.equals(b);
  }

  MeterCache with(Entry entry) {
    if (entries.length >= MAX) {
      return new MeterCache(new Entry[] {entry});
    }
    Entry[] more = java.util.Arrays.copyOf(entries, entries.length + 1);
    more[entries.length] = entry;
    return new MeterCache(more);
  }
}
