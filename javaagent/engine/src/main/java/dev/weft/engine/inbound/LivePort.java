package dev.weft.engine.inbound;

import dev.weft.bootstrap.InboundCall;
import dev.weft.bootstrap.InboundPort;
import dev.weft.bootstrap.RequestReader;
import dev.weft.engine.EngineEnvironment;
import dev.weft.engine.telemetry.Target;
import dev.weft.engine.tls.Alpn;
import dev.weft.engine.tls.Identities;
import dev.weft.engine.tls.MeshIdentity;
import dev.weft.engine.tls.SpiffeIds;
import dev.weft.model.Endpoint.Workload;
import dev.weft.model.InboundListener;
import java.net.SocketAddress;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * A port of this JVM with the policy in force now. Libraries may keep it: the policy behind it is
 * one volatile field that every swap rewrites.
 *
 * <p>Fails closed: a request that reaches {@link #begin} although its mode forbids it (the
 * connection was taken before the policy changed, or a hook is missing) is refused.
 */
final class LivePort implements InboundPort {
  private final int port;
  private final EngineEnvironment env;
  private final Identities identities;
  private final Target target;
  private volatile InboundListener.Mode mode;
  private volatile List<String> trustDomains = List.of();
  private volatile boolean governed;
  private volatile boolean proven;

  LivePort(int port, EngineEnvironment env, Identities identities, InboundListener.Mode mode) {
    this.port = port;
    this.env = env;
    this.identities = identities;
    this.mode = mode;
    this.target = new Target("inbound|" + port + "||", "", Workload.UNKNOWN);
  }

  /** Null: no policy is known for this port; {@code otherwise} counts. */
  void policy(@Nullable InboundListener policy, InboundListener.Mode otherwise) {
    governed = policy != null;
    trustDomains = policy == null ? List.of() : policy.trustDomains();
    mode = policy == null ? otherwise : policy.mode();
  }

  /** Whether there is anything to do at this port. */
  boolean matters() {
    return governed || mode != InboundListener.Mode.DISABLE;
  }

  int port() {
    return port;
  }

  EngineEnvironment env() {
    return env;
  }

  Target target() {
    return target;
  }

  @Override
  public Mode mode() {
    return switch (mode) {
      case DISABLE -> Mode.DISABLE;
      case PERMISSIVE -> Mode.PERMISSIVE;
      case STRICT -> Mode.STRICT;
      case CLOSED -> Mode.CLOSED;
    };
  }

  @Override
  public @Nullable SSLEngine newEngine(String... applicationProtocols) {
    MeshIdentity identity = identities.current();
    return identity == null ? null : identity.serverEngine(trustDomains, applicationProtocols);
  }

  @Override
  public boolean isMeshHello(String[] offeredAlpn) {
    return Alpn.isMesh(offeredAlpn);
  }

  @Override
  public void refused(@Nullable SocketAddress peer, String reason) {
    env.events().refused(port, peer, reason);
  }

  @Override
  public <R> @Nullable InboundCall begin(
      R request,
      RequestReader<? super R> reader,
      @Nullable SSLSession peer,
      @Nullable SocketAddress remote) {
    String id = peer == null ? null : SpiffeIds.ofPeer(peer);
    if (id != null && !proven) {
      proven = true;
      env.events().meshHandshake(port);
    }
    InboundReply reply = null;
    InboundListener.Mode now = mode;
    if (now == InboundListener.Mode.CLOSED) {
      reply = InboundReply.FORBIDDEN;
      refused(remote, "the policy of this port is not known");
    } else if (id == null && now == InboundListener.Mode.STRICT) {
      reply = InboundReply.FORBIDDEN;
      refused(remote, "plaintext at a port that takes mutual TLS only");
    } else if (id != null && !accepts(id)) {
      reply = InboundReply.FORBIDDEN;
      refused(remote, id + " is not of an accepted trust domain");
    }
    MeshIdentity own = identities.current();
    String xfcc =
        id == null || peer == null ? null : Xfcc.of(peer, own == null ? null : own.spiffeId());
    return new ServedCall<>(this, request, reader, id, xfcc, id != null, reply);
  }

  /** Again for every request: resumption and kept connections skip the trust manager. */
  private boolean accepts(String id) {
    List<String> accepted = trustDomains;
    if (!accepted.isEmpty()) {
      return accepted.contains(SpiffeIds.trustDomain(id));
    }
    MeshIdentity own = identities.current();
    return own != null && own.trustDomain().equals(SpiffeIds.trustDomain(id));
  }
}
