package dev.weft.control.source;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How connections are taken: {@code security.istio.io PeerAuthentication}.
 *
 * @param selector empty: the whole namespace, or the whole mesh in the root namespace
 * @param mode null: inherited
 * @param ports by port of the workload
 */
public record PeerAuthentication(
    Map<String, String> selector, @Nullable Mode mode, Map<Integer, Mode> ports) implements Spec {
  public PeerAuthentication {
    selector = Map.copyOf(selector);
    ports = Map.copyOf(ports);
  }

  /** {@code mtls.mode}. */
  public enum Mode {
    DISABLE,
    PERMISSIVE,
    STRICT
  }
}
