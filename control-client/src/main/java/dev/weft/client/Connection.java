package dev.weft.client;

import dev.weft.client.ads.AdsStream;
import dev.weft.client.ads.NodeIdentity;
import dev.weft.client.ads.ResourceType;
import dev.weft.client.ca.CertificateRenewal;
import dev.weft.client.register.Announcement;
import dev.weft.client.register.RegisterStream;
import dev.weft.model.MeshSnapshot;
import dev.weft.model.SvidMaterial;
import io.grpc.Status;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Wires channel, configuration, identity and registration. The first class that touches gRPC; only
 * loaded on the control thread, to which it is confined.
 */
final class Connection {
  private static final Duration CHANNEL_RETRY = Duration.ofSeconds(10);

  private final ControlClientConfig config;
  private final Listener listener;
  private final ScheduledExecutorService thread;
  private final StatusBoard board;
  private final SnapshotKeeper keeper;
  private final TroubleLog troubles;
  private NodeFacts facts;
  private AgentReport report =
      new AgentReport(List.of(), true, System.getProperty("java.version", ""), 0, "own-loader");
  private @Nullable SvidMaterial svid;
  private @Nullable ControlChannel channel;
  private @Nullable AdsStream ads;
  private @Nullable CertificateRenewal certificates;
  private @Nullable RegisterStream register;
  private boolean enabled = true;
  private boolean closed;

  Connection(
      ControlClientConfig config,
      Listener listener,
      ScheduledExecutorService thread,
      StatusBoard board) {
    this.config = config;
    this.listener = listener;
    this.thread = thread;
    this.board = board;
    this.facts = config.facts();
    this.keeper = new SnapshotKeeper(config.snapshotFile(), listener, thread);
    this.troubles = new TroubleLog(listener);
  }

  void open() {
    if (closed) {
      return;
    }
    ControlChannel opened;
    try {
      opened = new ControlChannel(config, () -> facts, () -> svid, thread);
    } catch (GeneralSecurityException | IOException | RuntimeException e) {
      troubles.tell(
          "channel",
          "No connection to the control plane is possible: " + e.getMessage() + ". " + stays());
      board.connected(false, troubles.lasting());
      thread.schedule(this::open, CHANNEL_RETRY.toMillis(), TimeUnit.MILLISECONDS);
      return;
    }
    channel = opened;
    if (config.certificates()) {
      CertificateRenewal renewal =
          new CertificateRenewal(
              opened.calls(),
              facts,
              config.metadata().getOrDefault("TRUST_DOMAIN", "cluster.local"),
              config.certificateLifetime(),
              new CertificateEvents(),
              thread,
              backoff(),
              ThreadLocalRandom.current());
      certificates = renewal;
      renewal.renew();
    }
    AdsStream stream =
        new AdsStream(
            opened.calls(),
            () -> NodeIdentity.node(facts, config.metadata()),
            config.base(),
            new AdsEvents(),
            thread,
            backoff(),
            config.warmingGrace());
    ads = stream;
    stream.open();
    if (config.register()) {
      RegisterStream registration =
          new RegisterStream(opened.calls(), facts, new RegisterEvents(), thread, backoff());
      register = registration;
      registration.status(Announcement.status(report, board.view()));
      registration.open();
    }
  }

  private Backoff backoff() {
    return new Backoff(
        config.reconnectInitial(), config.reconnectMax(), ThreadLocalRandom.current());
  }

  void announce(NodeFacts newFacts) {
    boolean newNode = NodeIdentity.differs(facts, newFacts);
    facts = newFacts;
    if (register != null) {
      register.announce(newFacts);
    }
    if (newNode && ads != null) {
      ads.restart();
    }
  }

  void report(AgentReport newReport) {
    report = newReport;
    statusChanged();
  }

  private void statusChanged() {
    if (register != null) {
      register.status(Announcement.status(report, board.view()));
    }
  }

  void drain(CompletableFuture<Void> done) {
    keeper.flush();
    RegisterStream registration = register;
    if (registration == null || !board.view().registered()) {
      done.complete(null);
      return;
    }
    registration.drain();
    thread.schedule(
        () -> {
          registration.goodbye();
          done.complete(null);
        },
        config.drainWait().toMillis(),
        TimeUnit.MILLISECONDS);
  }

  void close() {
    closed = true;
    keeper.flush();
    if (certificates != null) {
      certificates.close();
    }
    if (ads != null) {
      ads.close();
    }
    if (register != null) {
      register.goodbye();
    }
    board.connected(false, "closed");
    if (channel != null) {
      channel.close();
    }
  }

  private static String stays() {
    return "The last good configuration stays in use.";
  }

  private String where() {
    return config.host() + ":" + config.port();
  }

  /** What gRPC says, in one line without its class names. */
  private static String reason(Throwable cause) {
    Status status = Status.fromThrowable(cause);
    String text =
        status.getCode() + (status.getDescription() == null ? "" : ": " + status.getDescription());
    Throwable root = status.getCause();
    if (status.getCode() == Status.Code.UNKNOWN
        && !(cause instanceof io.grpc.StatusException)
        && !(cause instanceof io.grpc.StatusRuntimeException)) {
      return String.valueOf(cause.getMessage());
    }
    return root == null ? text : text + " (" + root.getMessage() + ")";
  }

  private final class AdsEvents implements AdsStream.Events {
    @Override
    public void snapshot(MeshSnapshot snapshot) {
      board.snapshot(snapshot);
      listener.snapshot(snapshot);
      keeper.keep(snapshot);
      statusChanged();
    }

    @Override
    public void connected() {
      troubles.over("ads", "Connected to the control plane " + where() + ".");
      board.connected(true, troubles.lasting());
    }

    @Override
    public void disconnected(Throwable cause, Duration retryIn) {
      troubles.tell(
          "ads", "No configuration from " + where() + ": " + reason(cause) + ". " + stays());
      board.connected(false, troubles.lasting());
      if (channel != null) {
        channel.forgetBackoff();
      }
    }

    @Override
    public void refused(ResourceType type, String reason) {
      listener.log(
          Level.WARNING,
          "Refused a part of a response of type "
              + type.typeUrl()
              + ": "
              + reason
              + ". Its last good version stays in use.");
    }
  }

  private final class CertificateEvents implements CertificateRenewal.Events {
    @Override
    public void issued(SvidMaterial identity, Instant expiry) {
      svid = identity;
      troubles.over("ca", "Certificate for " + identity.spiffeId() + " until " + expiry + ".");
      board.certificate(identity.spiffeId(), expiry);
      board.error(troubles.lasting());
      listener.identity(identity);
      statusChanged();
    }

    @Override
    public void failed(Throwable cause, Duration retryIn) {
      troubles.tell(
          "ca",
          "No certificate from "
              + where()
              + ": "
              + reason(cause)
              + ". Peers that demand mTLS refuse calls once there is no valid certificate."
              + " Check WEFT_TOKEN and that the port is the TLS port.");
      board.error(troubles.lasting());
    }
  }

  private final class RegisterEvents implements RegisterStream.Events {
    @Override
    public void registered(List<String> findings) {
      troubles.over("register", "Registered at " + where() + ".");
      board.registered(true);
      for (String finding : findings) {
        listener.log(Level.WARNING, "The control server says of this JVM: " + finding);
      }
    }

    @Override
    public void enabled(boolean on) {
      if (on != enabled) {
        enabled = on;
        board.enabled(on);
        listener.enabled(on);
      }
    }

    @Override
    public void disconnected(Throwable cause, Duration retryIn) {
      board.registered(false);
      troubles.tell("register", "Not registered at " + where() + ": " + reason(cause) + ".");
      board.error(troubles.lasting());
    }

    @Override
    public void unsupported() {
      listener.log(
          Level.INFO,
          where()
              + " has no registration service (istiod); this JVM is known to it by other means.");
    }
  }
}
