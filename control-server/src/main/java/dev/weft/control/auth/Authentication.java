package dev.weft.control.auth;

import dev.weft.control.ca.SpiffeIds;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who calls, before any service sees the call: a client SVID first, else a bearer token.
 * A call that shows bad credentials is refused; one that shows none goes on as nobody only where
 * {@code anonymous} is allowed, which is the plaintext port on loopback.
 */
public final class Authentication implements ServerInterceptor {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> IDENTITY =
      Metadata.Key.of("weft-identity", Metadata.ASCII_STRING_MARSHALLER);
  private static final Pattern CLAIM = Pattern.compile("ns/([a-z0-9.-]+)/sa/([A-Za-z0-9._-]+)");

  private final JoinTokens tokens;
  private final SpiffeIds spiffe;
  private final boolean anonymous;
  private final LongAdder refused;

  /** Makes the interceptor of one port; {@code refused} counts calls turned away. */
  public Authentication(JoinTokens tokens, SpiffeIds spiffe, boolean anonymous, LongAdder refused) {
    this.tokens = tokens;
    this.spiffe = spiffe;
    this.anonymous = anonymous;
    this.refused = refused;
  }

  @Override
  public <Q, P> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, P> call, Metadata headers, ServerCallHandler<Q, P> next) {
    Caller caller;
    try {
      caller = caller(call, headers);
    } catch (RefusedException e) {
      refused.increment();
      call.close(Status.UNAUTHENTICATED.withDescription(e.getMessage()), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    Context context = caller == null ? Context.current() : Caller.attach(Context.current(), caller);
    return Contexts.interceptCall(context, call, headers, next);
  }

  private @Nullable Caller caller(ServerCall<?, ?> call, Metadata headers) throws RefusedException {
    SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    if (session != null) {
      try {
        Certificate[] chain = session.getPeerCertificates();
        if (chain.length > 0 && chain[0] instanceof X509Certificate leaf) {
          SpiffeIds.Identity id = spiffe.of(leaf);
          return new Caller(id.namespace(), id.serviceAccount(), Caller.Means.SVID);
        }
      } catch (SSLPeerUnverifiedException e) {
        // No client certificate: a token has to do.
      } catch (IllegalArgumentException e) {
        throw new RefusedException(e.getMessage());
      }
    }
    String authorization = headers.get(AUTHORIZATION);
    if (authorization == null) {
      if (anonymous) {
        return null;
      }
      throw new RefusedException(
          "No client certificate and no 'authorization: Bearer' header. Set WEFT_TOKEN to a join"
              + " token (weft token).");
    }
    return byToken(authorization, headers.get(IDENTITY));
  }

  private Caller byToken(String authorization, @Nullable String claim) throws RefusedException {
    JoinTokens.Grant grant =
        authorization.regionMatches(true, 0, "Bearer ", 0, 7)
            ? tokens.check(authorization.substring(7).strip())
            : null;
    if (grant == null) {
      throw new RefusedException(
          "The join token is not known to this server. Take the one that `weft token` prints.");
    }
    if (grant.namespace() != null && grant.serviceAccount() != null) {
      return new Caller(grant.namespace(), grant.serviceAccount(), Caller.Means.BOUND_TOKEN);
    }
    Matcher matcher = CLAIM.matcher(claim == null ? "" : claim);
    if (!matcher.matches()) {
      return new Caller(
          grant.namespace() == null ? "" : grant.namespace(), "", Caller.Means.JOIN_TOKEN);
    }
    if (grant.namespace() != null && !grant.namespace().equals(matcher.group(1))) {
      throw new RefusedException(
          "The token holds for namespace " + grant.namespace() + ", not " + matcher.group(1) + ".");
    }
    return new Caller(matcher.group(1), matcher.group(2), Caller.Means.JOIN_TOKEN);
  }

  private static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedException(@Nullable String message) {
      super(message);
    }
  }
}
