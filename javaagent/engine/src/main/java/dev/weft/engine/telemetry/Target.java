package dev.weft.engine.telemetry;

import dev.weft.model.Endpoint.Workload;
import org.jspecify.annotations.Nullable;

/**
 * Whom a call went to, as metrics tell it, with one slot for the recorder's own handles: so nothing
 * is looked up by string per call.
 *
 * <p>One object per endpoint, kept over configuration changes as long as its labels stay; one per
 * cluster and per virtual host for calls that reached no endpoint. The slot is a plain volatile:
 * two threads may both fill it, the recorder must make that harmless.
 */
public final class Target {
  private final String cluster;
  private final String host;
  private final String name;
  private final String namespace;
  private final Workload workload;
  private volatile @Nullable Object handle;

  /**
   * @param cluster name of the cluster, empty when there was none
   * @param host service host, such as {@code reviews.shop.svc.cluster.local}
   */
  public Target(String cluster, String host, Workload workload) {
    this.cluster = cluster;
    this.host = host;
    int dot = host.indexOf('.');
    int svc = host.indexOf(".svc.");
    boolean kubernetes = dot > 0 && svc > dot;
    this.name = kubernetes ? host.substring(0, dot) : host;
    this.namespace = kubernetes ? host.substring(dot + 1, svc) : workload.namespace();
    this.workload = workload;
  }

  /** The host in Istio's cluster name {@code outbound|port|subset|host}, else the name itself. */
  public static String hostOf(String clusterName) {
    int bar = clusterName.lastIndexOf('|');
    return bar < 0 ? clusterName : clusterName.substring(bar + 1);
  }

  /** {@code destination_cluster} is not this: the xDS cluster's name, may be empty. */
  public String cluster() {
    return cluster;
  }

  /** {@code destination_service}. */
  public String serviceHost() {
    return host;
  }

  /** {@code destination_service_name}. */
  public String serviceName() {
    return name;
  }

  /** {@code destination_service_namespace}, may be empty. */
  public String serviceNamespace() {
    return namespace;
  }

  /** {@code destination_workload} and its fellows; {@link Workload#UNKNOWN} without endpoint. */
  public Workload workload() {
    return workload;
  }

  /** What the recorder has put here, or null. */
  public @Nullable Object handle() {
    return handle;
  }

  /** Puts the recorder's handles here. */
  public void handle(@Nullable Object next) {
    handle = next;
  }
}
