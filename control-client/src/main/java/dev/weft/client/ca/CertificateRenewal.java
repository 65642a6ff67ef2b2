package dev.weft.client.ca;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.weft.client.Backoff;
import dev.weft.client.NodeFacts;
import dev.weft.model.SvidMaterial;
import dev.weft.wire.istio.auth.IstioCertificateRequest;
import dev.weft.wire.istio.auth.IstioCertificateResponse;
import dev.weft.wire.istio.auth.IstioCertificateServiceGrpc;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a fresh SVID: asks for one at start and again, with a new key, after half of its life give
 * or take a tenth. When the CA cannot be reached the old one stays and the next try follows after a
 * growing wait, never longer than a quarter of what is left. Confined to the control thread.
 */
public final class CertificateRenewal {
  /** What came of it. */
  public interface Events {
    void issued(SvidMaterial identity, Instant expiry);

    void failed(Throwable cause, Duration retryIn);
  }

  private static final Duration MIN_WAIT = Duration.ofMillis(200);
  private static final long CALL_SECONDS = 10;

  private final Channel channel;
  private final NodeFacts facts;
  private final String trustDomain;
  private final Duration lifetime;
  private final Events events;
  private final ScheduledExecutorService thread;
  private final Backoff backoff;
  private final RandomGenerator random;
  private @Nullable ScheduledFuture<?> timer;
  private @Nullable Instant expiry;
  private long generation;
  private boolean closed;

  public CertificateRenewal(
      Channel channel,
      NodeFacts facts,
      String trustDomain,
      Duration lifetime,
      Events events,
      ScheduledExecutorService thread,
      Backoff backoff,
      RandomGenerator random) {
    this.channel = channel;
    this.facts = facts;
    this.trustDomain = trustDomain;
    this.lifetime = lifetime;
    this.events = events;
    this.thread = thread;
    this.backoff = backoff;
    this.random = random;
  }

  /** Asks for a certificate now. */
  public void renew() {
    timer = null;
    if (closed) {
      return;
    }
    KeyPair key;
    String csr;
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      key = generator.generateKeyPair();
      csr =
          CertificateRequest.pem(
              key,
              "spiffe://"
                  + trustDomain
                  + "/ns/"
                  + facts.namespace()
                  + "/sa/"
                  + facts.serviceAccount());
    } catch (GeneralSecurityException e) {
      failed(e);
      return;
    }
    IstioCertificateRequest request =
        IstioCertificateRequest.newBuilder()
            .setCsr(csr)
            .setValidityDuration(lifetime.toSeconds())
            .setMetadata(
                Struct.newBuilder()
                    .putFields("namespace", text(facts.namespace()))
                    .putFields("serviceAccount", text(facts.serviceAccount())))
            .build();
    IstioCertificateServiceGrpc.newStub(channel)
        .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS)
        .createCertificate(request, new Answer(key));
  }

  /** Ends for good. */
  public void close() {
    closed = true;
    if (timer != null) {
      timer.cancel(false);
    }
  }

  private static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }

  private void failed(Throwable cause) {
    if (closed) {
      return;
    }
    Duration wait = backoff.next();
    Instant end = expiry;
    if (end != null) {
      Duration quarter = Duration.between(Instant.now(), end).dividedBy(4);
      wait = wait.compareTo(quarter) > 0 ? quarter : wait;
      wait = wait.compareTo(MIN_WAIT) < 0 ? MIN_WAIT : wait;
    }
    events.failed(cause, wait);
    again(wait);
  }

  private void again(Duration wait) {
    timer = thread.schedule(this::renew, wait.toMillis(), TimeUnit.MILLISECONDS);
  }

  private final class Answer implements StreamObserver<IstioCertificateResponse> {
    private final KeyPair key;

    Answer(KeyPair key) {
      this.key = key;
    }

    @Override
    public void onNext(IstioCertificateResponse response) {
      if (closed) {
        return;
      }
      SvidMaterial issued;
      try {
        issued = IssuedChain.read(response.getCertChainList(), key, generation + 1);
      } catch (GeneralSecurityException e) {
        failed(e);
        return;
      }
      generation = issued.generation();
      backoff.reset();
      Instant end = issued.chain().get(0).getNotAfter().toInstant();
      expiry = end;
      // Measured from now: CAs date notBefore back to bear clocks that differ.
      long left = Duration.between(Instant.now(), end).toMillis();
      long half = (long) (left * (0.45 + random.nextDouble() * 0.1));
      again(Duration.ofMillis(Math.max(MIN_WAIT.toMillis(), half)));
      events.issued(issued, end);
    }

    @Override
    public void onError(Throwable cause) {
      failed(cause);
    }

    @Override
    public void onCompleted() {}
  }
}
