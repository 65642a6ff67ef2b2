package dev.weft.model;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A group of endpoints that can serve a call, and how they are treated.
 *
 * <p>Source: {@code envoy.config.cluster.v3.Cluster}.
 *
 * @param name Istio's is {@code outbound|port|subset|host}
 * @param assignment name of its {@link ClusterLoadAssignment}
 * @param connectTimeout zero: the library's own
 * @param limits never null; absent ones are unlimited
 * @param outlier or null
 * @param tls to the endpoints
 * @param http2 endpoints speak HTTP/2 ({@code http2_protocol_options})
 * @param requiresPrimary a JDBC cluster whose connections must reach a writable server
 * @param slowStart window of {@code slow_start_config}, zero: none
 * @param panicPercent {@code healthy_panic_threshold}, 0 to 100
 */
public record Cluster(
    String name,
    String assignment,
    LoadBalancing loadBalancing,
    Duration connectTimeout,
    Limits limits,
    @Nullable OutlierDetection outlier,
    UpstreamTls tls,
    boolean http2,
    boolean requiresPrimary,
    Duration slowStart,
    int panicPercent) {
  public Cluster {
    Ranges.notNegative("cluster." + name + ".connect_timeout", connectTimeout);
    Ranges.between("cluster." + name + ".healthy_panic_threshold", panicPercent, 0, 100);
  }

  /** {@code lb_policy} and its configuration. */
  public sealed interface LoadBalancing {
    /** Weighted when endpoints carry weights. */
    record RoundRobin() implements LoadBalancing {}

    /** Power of {@code choices} random picks. */
    record LeastRequest(int choices, double activeRequestBias) implements LoadBalancing {
      public LeastRequest {
        Ranges.between("least_request.choice_count", choices, 2, 64);
      }
    }

    /** Uniform. */
    record Random() implements LoadBalancing {}

    /** Consistent, with Envoy's ring. */
    record RingHash(long minimumSize, long maximumSize) implements LoadBalancing {}

    /** Consistent, with Envoy's table. */
    record Maglev(int tableSize) implements LoadBalancing {}

    /** The dialled address itself: {@code ORIGINAL_DST}. */
    record OriginalDestination() implements LoadBalancing {}
  }

  /**
   * Envoy's circuit breakers, that is limits, of the default priority. {@link Integer#MAX_VALUE}:
   * unlimited.
   */
  public record Limits(int connections, int pending, int requests, int retries) {
    /** Nothing is limited. */
    public static final Limits NONE =
        new Limits(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);
  }

  /** Kinds of TLS to endpoints. */
  public sealed interface UpstreamTls {
    /** As the library would have it. */
    record None() implements UpstreamTls {}

    /**
     * Always mesh mTLS. {@code transport_socket} with SDS names {@code default}, {@code ROOTCA}.
     */
    record Mutual(MeshTls tls) implements UpstreamTls {}

    /**
     * Mesh mTLS to endpoints that carry tlsMode {@code istio}: {@code transport_socket_matches}.
     */
    record Auto(MeshTls tls) implements UpstreamTls {}
  }

  /**
   * What a mesh peer must show.
   *
   * @param sni as sent; Istio's {@code outbound_.80_.v1_.host}
   * @param sans expected SPIFFE URIs; empty: any identity of the trust domain
   */
  public record MeshTls(String sni, List<String> sans) {
    public MeshTls {
      sans = List.copyOf(sans);
    }
  }
}
