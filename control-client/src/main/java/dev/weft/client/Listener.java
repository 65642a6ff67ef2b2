package dev.weft.client;

import dev.weft.model.MeshSnapshot;
import dev.weft.model.SvidMaterial;

/**
 * Takes what the control plane sends. Called on the client's one background thread, in order; a
 * failure of an implementation is caught and logged, and does not disturb the stream.
 */
public interface Listener {
  /** New configuration is complete and may go live. Never called with equal content twice. */
  void snapshot(MeshSnapshot snapshot);

  /** A certificate was issued or renewed. */
  void identity(SvidMaterial identity);

  /** The control server's kill switch changed; {@code true} is assumed until told otherwise. */
  void enabled(boolean on);

  /**
   * Something a person should know: connection lost and back, configuration refused. Repeated
   * failures are told when they change. Never holds tokens or keys.
   */
  void log(System.Logger.Level level, String message);
}
