package dev.weft.engine.tls;

import dev.weft.engine.env.Ticket;
import dev.weft.model.SvidMaterial;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/**
 * The identity in force: one volatile field. While there is none yet, callers may wait for it with
 * {@link #arrival()}.
 */
public final class Identities {
  private final Ticket arrival = new Ticket();
  private volatile @Nullable MeshIdentity current;

  /** The identity, or null while there is none. */
  public @Nullable MeshIdentity current() {
    return current;
  }

  /** Settled when the first identity arrives. */
  public Ticket arrival() {
    return arrival;
  }

  /**
   * Takes the next generation into use; null drops the identity: from then on nothing that needs
   * mutual TLS goes out or comes in.
   *
   * @throws GeneralSecurityException the material cannot be used; the last one stays in force
   */
  public void use(@Nullable SvidMaterial material) throws GeneralSecurityException {
    current = material == null ? null : MeshIdentity.of(material);
    if (material != null) {
      arrival.admit();
    }
  }
}
