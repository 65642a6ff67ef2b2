package dev.weft.instrumentation.urlconnection;

import dev.weft.bootstrap.Attempt;
import dev.weft.bootstrap.Call;
import dev.weft.bootstrap.Destination;
import dev.weft.bootstrap.HeaderWriter;
import dev.weft.bootstrap.InboundPort;
import dev.weft.bootstrap.JdbcStatements;
import dev.weft.bootstrap.LocalReply;
import dev.weft.bootstrap.MeshEngine;
import dev.weft.bootstrap.MeshTimer;
import dev.weft.bootstrap.NestedCalls;
import dev.weft.bootstrap.PeerTls;
import dev.weft.bootstrap.RequestReader;
import dev.weft.bootstrap.RequestScope;
import dev.weft.bootstrap.ResponseReader;
import dev.weft.bootstrap.TcpDestination;
import dev.weft.bootstrap.Verdict;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** An engine whose every decision is written down by the test beforehand. */
final class ScriptedEngine implements MeshEngine, MeshTimer, AutoCloseable {
  final List<String> events = new CopyOnWriteArrayList<>();
  final List<Throwable> internalErrors = new CopyOnWriteArrayList<>();
  final List<String> seen = new CopyOnWriteArrayList<>();
  volatile RequestScope scopeAtBegin;
  private final Map<String, Supplier<Script>> scripts = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "scripted-timer");
            thread.setDaemon(true);
            return thread;
          });

  ScriptedEngine on(String host, int port, Supplier<Script> script) {
    scripts.put(host + ":" + port, script);
    return this;
  }

  void forget() {
    scripts.clear();
    events.clear();
    seen.clear();
    internalErrors.clear();
    scopeAtBegin = null;
  }

  static InetSocketAddress at(int port) {
    return new InetSocketAddress("127.0.0.1", port);
  }

  /** Steps and attempts of one call. */
  static final class Script {
    final Deque<Object> steps = new ArrayDeque<>();
    volatile LocalReply instead;

    Script send(Try attempt) {
      steps.add(attempt);
      return this;
    }

    Script send(int port) {
      return send(new Try(at(port)));
    }

    Script waitNanos(long nanos) {
      steps.add(nanos);
      return this;
    }

    Script pending(Pending pending) {
      steps.add(pending);
      return this;
    }

    Script reply(LocalReply reply) {
      steps.add(reply);
      return this;
    }
  }

  /** A verdict that comes when the test says so. */
  static final class Pending {
    private Runnable task;
    private boolean ready;

    synchronized void onReady(Runnable next) {
      if (ready) {
        next.run();
      } else {
        task = next;
      }
    }

    synchronized void ready() {
      ready = true;
      if (task != null) {
        task.run();
      }
    }
  }

  /** What the test lets an attempt be. */
  static final class Try {
    final InetSocketAddress address;
    PeerTls tls;
    String path;
    String authority;
    long timeoutNanos;
    long connectTimeoutNanos;
    Verdict onStatus500 = Verdict.DELIVER;
    Verdict onFailure = Verdict.DELIVER;
    Verdict onTimeout = Verdict.DELIVER;
    List<String[]> headers = new ArrayList<>();
    List<String[]> responseHeaders = new ArrayList<>();

    Try(InetSocketAddress address) {
      this.address = address;
    }

    Try tls(PeerTls value) {
      tls = value;
      return this;
    }

    Try path(String value) {
      path = value;
      return this;
    }

    Try authority(String value) {
      authority = value;
      return this;
    }

    Try timeout(long millis, Verdict verdict) {
      timeoutNanos = millis * 1_000_000;
      onTimeout = verdict;
      return this;
    }

    Try onFailure(Verdict verdict) {
      onFailure = verdict;
      return this;
    }

    Try on500(Verdict verdict) {
      onStatus500 = verdict;
      return this;
    }

    Try header(String how, String name, String value) {
      headers.add(new String[] {how, name, value});
      return this;
    }

    Try responseHeader(String how, String name, String value) {
      responseHeaders.add(new String[] {how, name, value});
      return this;
    }
  }

  record Reply(int status, String body, Map<String, String> headers) implements LocalReply {
    @Override
    public int grpcStatus() {
      return 14;
    }

    @Override
    public <W> void writeHeaders(W response, HeaderWriter<? super W> writer) {
      headers.forEach((name, value) -> writer.set(response, name, value));
    }
  }

  @Override
  public Destination http(String host, int port) {
    Supplier<Script> script = scripts.get(host + ":" + port);
    return script == null
        ? null
        : new Destination() {
          @Override
          public <R> Call begin(R request, RequestReader<? super R> reader, int flags) {
            if (NestedCalls.inside()) {
              return null;
            }
            scopeAtBegin = RequestScope.current();
            seen.add(
                reader.method(request)
                    + " "
                    + reader.authority(request)
                    + reader.path(request)
                    + " flags="
                    + flags
                    + " cookie="
                    + reader.header(request, "cookie"));
            return new ScriptedCall(script.get());
          }
        };
  }

  private final class ScriptedCall extends Call {
    private final Script script;
    private Object step;
    private int number;

    ScriptedCall(Script script) {
      this.script = script;
    }

    @Override
    public synchronized Step next() {
      step = script.steps.poll();
      if (step == null) {
        throw new IllegalStateException("script is over");
      }
      if (step instanceof ScriptedEngine.Try) {
        number++;
        events.add("send " + number);
        return Step.SEND;
      }
      return step instanceof Long ? Step.WAIT : step instanceof Pending ? Step.PENDING : Step.REPLY;
    }

    @Override
    public Attempt attempt() {
      return new ScriptedAttempt((ScriptedEngine.Try) step, number);
    }

    @Override
    public LocalReply reply() {
      return step instanceof LocalReply reply ? reply : script.instead;
    }

    @Override
    public long waitNanos() {
      return (Long) step;
    }

    @Override
    public void onReady(Runnable task) {
      ((Pending) step).onReady(task);
    }

    @Override
    public long deadlineNanos() {
      return Long.MAX_VALUE;
    }

    @Override
    public void cancel() {
      events.add("call cancelled");
    }

    @Override
    public void end() {
      events.add("call end");
    }
  }

  private final class ScriptedAttempt extends Attempt {
    private final ScriptedEngine.Try plan;
    private final int number;
    private boolean over;

    ScriptedAttempt(ScriptedEngine.Try plan, int number) {
      this.plan = plan;
      this.number = number;
    }

    @Override
    public InetSocketAddress address() {
      return plan.address;
    }

    @Override
    public PeerTls tls() {
      return plan.tls;
    }

    @Override
    public String path() {
      return plan.path;
    }

    @Override
    public String authority() {
      return plan.authority;
    }

    @Override
    public <W> void writeHeaders(W request, HeaderWriter<? super W> writer) {
      write(plan.headers, request, writer);
    }

    @Override
    public <W> void writeResponseHeaders(W response, HeaderWriter<? super W> writer) {
      write(plan.responseHeaders, response, writer);
    }

    private <W> void write(List<String[]> changes, W message, HeaderWriter<? super W> writer) {
      for (String[] change : changes) {
        switch (change[0]) {
          case "set" -> writer.set(message, change[1], change[2]);
          case "add" -> writer.add(message, change[1], change[2]);
          default -> writer.remove(message, change[1]);
        }
      }
    }

    @Override
    public long timeoutNanos() {
      return plan.timeoutNanos;
    }

    @Override
    public long connectTimeoutNanos() {
      return plan.connectTimeoutNanos;
    }

    @Override
    public int number() {
      return number;
    }

    @Override
    public void sent() {
      events.add("sent " + number);
    }

    @Override
    public <S> Verdict response(
        int status, int grpcStatus, S response, ResponseReader<? super S> reader) {
      events.add("response " + number + " " + status);
      return status >= 500 ? plan.onStatus500 : Verdict.DELIVER;
    }

    @Override
    public synchronized Verdict failed(Failure failure, Throwable cause) {
      events.add("failed " + number + " " + failure);
      return switch (failure) {
        case TIMEOUT -> plan.onTimeout;
        case CANCELLED -> Verdict.DISCARD;
        default -> plan.onFailure;
      };
    }

    @Override
    public synchronized void end(End end, int grpcStatus) {
      if (!over) {
        over = true;
        events.add("end " + number + " " + end);
      }
    }
  }

  @Override
  public TcpDestination tcp(String host, int port) {
    return null;
  }

  @Override
  public InboundPort inbound(int localPort) {
    return null;
  }

  @Override
  public void listening(int localPort, String protocol, boolean tlsCapable) {}

  @Override
  public void stoppedListening(int localPort) {}

  @Override
  public MeshTimer timer() {
    return this;
  }

  @Override
  public Cancellable schedule(Runnable task, long nanos) {
    Future<?> scheduled = timer.schedule(task, nanos, TimeUnit.NANOSECONDS);
    return () -> scheduled.cancel(false);
  }

  @Override
  public JdbcStatements jdbc() {
    return (system, host, port, kind, nanos, failure) -> {};
  }

  @Override
  public void internalError(String place, Throwable failure) {
    failure.printStackTrace();
    internalErrors.add(failure);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
