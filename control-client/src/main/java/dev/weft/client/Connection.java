package dev.weft.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;

/** Everything that speaks gRPC, kept in one place. Confined to the control thread. */
final class Connection {
  Connection(
      ControlClientConfig config,
      Listener listener,
      ScheduledExecutorService thread,
      StatusBoard board) {}

  void open() {}

  void announce(NodeFacts facts) {}

  void report(AgentReport report) {}

  void drain(CompletableFuture<Void> done) {
    done.complete(null);
  }

  void close() {}
}
