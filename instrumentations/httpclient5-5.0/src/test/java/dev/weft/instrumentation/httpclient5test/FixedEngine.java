package dev.weft.instrumentation.httpclient5test;

import dev.weft.bootstrap.Attempt;
import dev.weft.bootstrap.Call;
import dev.weft.bootstrap.Destination;
import dev.weft.bootstrap.HeaderWriter;
import dev.weft.bootstrap.InboundPort;
import dev.weft.bootstrap.JdbcStatements;
import dev.weft.bootstrap.LocalReply;
import dev.weft.bootstrap.MeshEngine;
import dev.weft.bootstrap.MeshTimer;
import dev.weft.bootstrap.PeerTls;
import dev.weft.bootstrap.RequestReader;
import dev.weft.bootstrap.ResponseReader;
import dev.weft.bootstrap.TcpDestination;
import dev.weft.bootstrap.Verdict;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * An engine that sends everything for one host to one address, and that breaks where a test says:
 * what the real engine should never do.
 */
final class FixedEngine implements MeshEngine {
  final List<String> events = new CopyOnWriteArrayList<>();
  final List<Throwable> internalErrors = new CopyOnWriteArrayList<>();
  private final String host;
  private final InetSocketAddress address;
  @Nullable PeerTls tls;
  String breakAt = "";

  FixedEngine(String host, InetSocketAddress address) {
    this.host = host;
    this.address = address;
  }

  @Override
  public @Nullable Destination http(String dialled, int port) {
    return dialled.equals(host) ? new OneAddress() : null;
  }

  @Override
  public @Nullable TcpDestination tcp(String dialled, int port) {
    return null;
  }

  @Override
  public @Nullable InboundPort inbound(int localPort) {
    return null;
  }

  @Override
  public void listening(int localPort, String protocol, boolean tlsCapable) {}

  @Override
  public void stoppedListening(int localPort) {}

  @Override
  public MeshTimer timer() {
    return (task, nanos) -> () -> {};
  }

  @Override
  public JdbcStatements jdbc() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void internalError(String place, Throwable failure) {
    internalErrors.add(failure);
  }

  private void at(String place) {
    events.add(place);
    if (place.equals(breakAt)) {
      throw new IllegalStateException("engine broken at " + place);
    }
  }

  private final class OneAddress implements Destination {
    @Override
    public <R> Call begin(R request, RequestReader<? super R> reader, int flags) {
      at("begin");
      return new OneCall();
    }
  }

  private final class OneCall extends Call {
    @Override
    public Step next() {
      at("next");
      return Step.SEND;
    }

    @Override
    public Attempt attempt() {
      return new OneAttempt();
    }

    @Override
    public LocalReply reply() {
      throw new UnsupportedOperationException();
    }

    @Override
    public long waitNanos() {
      return 0;
    }

    @Override
    public void onReady(Runnable task) {}

    @Override
    public long deadlineNanos() {
      return Long.MAX_VALUE;
    }

    @Override
    public void cancel() {
      at("cancel");
    }

    @Override
    public void end() {
      at("end call");
    }
  }

  private final class OneAttempt extends Attempt {
    @Override
    public InetSocketAddress address() {
      return address;
    }

    @Override
    public @Nullable PeerTls tls() {
      return tls;
    }

    @Override
    public @Nullable String path() {
      return null;
    }

    @Override
    public @Nullable String authority() {
      return null;
    }

    @Override
    public <W> void writeHeaders(W request, HeaderWriter<? super W> writer) {
      at("write headers");
      writer.set(request, "x-mesh", "yes");
    }

    @Override
    public <W> void writeResponseHeaders(W response, HeaderWriter<? super W> writer) {
      at("write response headers");
    }

    @Override
    public long timeoutNanos() {
      return 0;
    }

    @Override
    public long connectTimeoutNanos() {
      return 0;
    }

    @Override
    public int number() {
      return 1;
    }

    @Override
    public void sent() {
      at("sent");
    }

    @Override
    public <S> Verdict response(
        int status, int grpcStatus, S response, ResponseReader<? super S> reader) {
      at("response");
      return Verdict.DELIVER;
    }

    @Override
    public Verdict failed(Failure failure, Throwable cause) {
      events.add("failed " + failure);
      at("failed");
      return Verdict.DELIVER;
    }

    @Override
    public void end(End end, int grpcStatus) {
      events.add("end " + end);
      at("end");
    }
  }
}
