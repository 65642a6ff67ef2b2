package dev.weft.engine.outlier;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * How an endpoint has behaved lately. Outlives configuration changes.
 *
 * <p>The counters are lock-free and cost one volatile read each while all goes well. Ejection
 * fields are written under the {@link Detector}'s lock and read without it.
 */
public final class HostHealth {
  static final AtomicIntegerFieldUpdater<HostHealth> ERRORS =
      AtomicIntegerFieldUpdater.newUpdater(HostHealth.class, "errors");
  static final AtomicIntegerFieldUpdater<HostHealth> GATEWAY =
      AtomicIntegerFieldUpdater.newUpdater(HostHealth.class, "gatewayErrors");
  static final AtomicIntegerFieldUpdater<HostHealth> LOCAL =
      AtomicIntegerFieldUpdater.newUpdater(HostHealth.class, "localErrors");

  private volatile int errors;
  private volatile int gatewayErrors;
  private volatile int localErrors;
  volatile boolean ejected;
  volatile long ejectedAtNanos;
  volatile int ejections;

  /** Whether no call should go here now. */
  public boolean isEjected() {
    return ejected;
  }

  /** Ejections in a row; falls by one in each quiet interval. */
  public int ejections() {
    return ejections;
  }

  /** Back in service with a clean slate: outlier detection has been switched off. */
  public void readmit() {
    ejected = false;
    ejections = 0;
    resetExternal();
    resetLocal();
  }

  void resetExternal() {
    if (errors != 0) {
      errors = 0;
    }
    if (gatewayErrors != 0) {
      gatewayErrors = 0;
    }
  }

  void resetGateway() {
    if (gatewayErrors != 0) {
      gatewayErrors = 0;
    }
  }

  void resetLocal() {
    if (localErrors != 0) {
      localErrors = 0;
    }
  }
}
