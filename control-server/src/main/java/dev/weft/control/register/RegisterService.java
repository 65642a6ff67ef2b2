package dev.weft.control.register;

import dev.weft.control.auth.Caller;
import dev.weft.control.ca.SpiffeIds;
import dev.weft.wire.v1.Announce;
import dev.weft.wire.v1.Heartbeat;
import dev.weft.wire.v1.Port;
import dev.weft.wire.v1.RegisterGrpc;
import dev.weft.wire.v1.RegisterRequest;
import dev.weft.wire.v1.RegisterResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code weft.v1.Register}: one stream per JVM. */
public final class RegisterService extends RegisterGrpc.RegisterImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(RegisterService.class);
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?");
  private static final Set<String> PROTOCOLS =
      Set.of("http", "http2", "grpc", "tcp", "https", "tls", "mongo", "mysql", "redis");

  private final Registry registry;
  private final KillSwitch enabled;
  private final Set<Session> sessions = ConcurrentHashMap.newKeySet();

  /**
   * Serves {@code registry}.
   *
   * @param enabled the kill switch
   */
  public RegisterService(Registry registry, KillSwitch enabled) {
    this.registry = registry;
    this.enabled = enabled;
  }

  /** Tells all connected JVMs the state of the kill switch again. */
  public void announceSwitch() {
    sessions.forEach(session -> session.respond(List.of()));
  }

  @Override
  public StreamObserver<RegisterRequest> stream(StreamObserver<RegisterResponse> responses) {
    Caller caller = Caller.current();
    if (caller == null) {
      responses.onError(
          Status.UNAUTHENTICATED
              .withDescription("Registration needs a join token or a client certificate.")
              .asException());
      return new StreamObserver<>() {
        @Override
        public void onNext(RegisterRequest value) {}

        @Override
        public void onError(Throwable t) {}

        @Override
        public void onCompleted() {}
      };
    }
    Session session = new Session(caller, responses);
    sessions.add(session);
    return session;
  }

  /** gRPC calls it by one thread at a time; {@code respond} also comes from others. */
  private final class Session implements StreamObserver<RegisterRequest> {
    private final Caller caller;
    private final StreamObserver<RegisterResponse> responses;
    private volatile @Nullable Announce announced;
    private boolean ended;

    Session(Caller caller, StreamObserver<RegisterResponse> responses) {
      this.caller = caller;
      this.responses = responses;
    }

    @Override
    public void onNext(RegisterRequest request) {
      switch (request.getKindCase()) {
        case ANNOUNCE -> announce(request.getAnnounce());
        case HEARTBEAT -> heartbeat(request.getHeartbeat());
        case GOODBYE -> {
          if (announced != null) {
            registry.goodbye(announced.getInstanceId());
          }
        }
        case KIND_NOT_SET ->
            respond(List.of("A message of a kind that this server does not know."));
      }
    }

    private void announce(Announce announce) {
      String refused = refused(announce);
      if (refused != null) {
        LOG.warn("Announcement by {} refused: {}", caller, refused);
        fail(Status.INVALID_ARGUMENT.withDescription(refused));
        return;
      }
      boolean anyIdentity =
          caller.means() == Caller.Means.JOIN_TOKEN && caller.serviceAccount().isEmpty();
      if (!anyIdentity && !caller.is(announce.getNamespace(), announce.getServiceAccount())) {
        String text =
            "Announced as ns/"
                + announce.getNamespace()
                + "/sa/"
                + announce.getServiceAccount()
                + " but authenticated as "
                + caller
                + ".";
        LOG.warn("Announcement refused: {}", text);
        fail(Status.PERMISSION_DENIED.withDescription(text));
        return;
      }
      announced = announce;
      respond(registry.announce(announce));
    }

    private void heartbeat(Heartbeat heartbeat) {
      Announce announce = announced;
      if (announce == null) {
        respond(List.of("A heartbeat before the first Announce has no effect."));
        return;
      }
      boolean known =
          registry.heartbeat(
              announce.getInstanceId(),
              heartbeat.getHealth(),
              heartbeat.hasStatus() ? heartbeat.getStatus() : null);
      if (!known) {
        registry.announce(announce);
      }
      respond(List.of());
    }

    private synchronized void respond(List<String> findings) {
      if (ended) {
        return;
      }
      Announce announce = announced;
      responses.onNext(
          RegisterResponse.newBuilder()
              .setLeaseSeconds((int) Math.max(1, registry.lease().toSeconds()))
              .addAllFindings(findings)
              .setEnabled(
                  announce == null
                      || enabled.enabled(announce.getNamespace(), announce.getService()))
              .build());
    }

    private synchronized void fail(Status status) {
      if (!ended) {
        ended = true;
        sessions.remove(this);
        responses.onError(status.asException());
      }
    }

    @Override
    public void onError(Throwable error) {
      lost();
    }

    @Override
    public void onCompleted() {
      lost();
      responses.onCompleted();
    }

    private synchronized void lost() {
      ended = true;
      sessions.remove(this);
      if (announced != null) {
        registry.disconnected(announced.getInstanceId());
      }
    }
  }

  private static @Nullable String refused(Announce announce) {
    if (announce.getInstanceId().isEmpty()) {
      return "announce.instance_id is empty; send one that is unique per JVM start.";
    }
    boolean pureClient = announce.getService().isEmpty() && announce.getPortsCount() == 0;
    if (!pureClient && !NAME.matcher(announce.getService()).matches()) {
      return "announce.service '"
          + announce.getService()
          + "' is not a DNS label; set WEFT_SERVICE to lower-case letters, digits and '-'.";
    }
    if (!NAME.matcher(announce.getNamespace()).matches()) {
      return "announce.namespace '" + announce.getNamespace() + "' is not a DNS label.";
    }
    try {
      new SpiffeIds("mesh").uri(announce.getNamespace(), announce.getServiceAccount());
    } catch (IllegalArgumentException e) {
      return "announce.service_account: " + e.getMessage();
    }
    if (announce.getPortsCount() > 0 && announce.getAddress().isEmpty()) {
      return "announce.address is empty although ports are served; set WEFT_ADDRESS.";
    }
    for (Port port : announce.getPortsList()) {
      if (port.getPort() < 1 || port.getPort() > 65_535) {
        return "announce.ports.port is " + port.getPort() + "; use 1 to 65535.";
      }
      if (port.getTargetPort() < 1 || port.getTargetPort() > 65_535) {
        return "announce.ports.target_port is " + port.getTargetPort() + "; use 1 to 65535.";
      }
      if (!PROTOCOLS.contains(port.getProtocol())) {
        return "announce.ports.protocol '" + port.getProtocol() + "' is unknown; use " + PROTOCOLS;
      }
    }
    return null;
  }
}
