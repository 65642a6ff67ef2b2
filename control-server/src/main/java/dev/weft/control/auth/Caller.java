package dev.weft.control.auth;

import io.grpc.Context;
import org.jspecify.annotations.Nullable;

/**
 * The authenticated other side of a gRPC call.
 *
 * @param namespace of the identity
 * @param serviceAccount of the identity
 * @param means how it was proven, for logs
 */
public record Caller(String namespace, String serviceAccount, Means means) {
  private static final Context.Key<Caller> KEY = Context.key("weft-caller");

  /** Ways to prove an identity. */
  public enum Means {
    /** A token bound to this identity. */
    BOUND_TOKEN,
    /** A token good for any identity of the mesh, with a claim. */
    JOIN_TOKEN,
    /** An SVID in the TLS handshake. */
    SVID
  }

  /** The caller of the current gRPC call, or null on the plaintext port without a token. */
  public static @Nullable Caller current() {
    return KEY.get();
  }

  static Context attach(Context context, Caller caller) {
    return context.withValue(KEY, caller);
  }

  /** Whether this caller may act as the given identity. */
  public boolean is(String otherNamespace, String otherServiceAccount) {
    return namespace.equals(otherNamespace) && serviceAccount.equals(otherServiceAccount);
  }

  @Override
  public String toString() {
    return "ns/" + namespace + "/sa/" + serviceAccount + " (by " + means + ")";
  }
}
