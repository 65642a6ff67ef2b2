package dev.weft.control.rest;

import dev.weft.control.analyze.Analyzer;
import dev.weft.control.auth.JoinTokens;
import dev.weft.control.ca.CertificateAuthority;
import dev.weft.control.register.KillSwitch;
import dev.weft.control.register.RegisterService;
import dev.weft.control.register.Registry;
import dev.weft.control.serve.PushLoop;
import dev.weft.control.source.Finding;
import dev.weft.control.store.DocumentStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;

/** What the API's resources work on. */
public record ControlApi(
    DocumentStore store,
    Registry registry,
    KillSwitch killSwitch,
    RegisterService register,
    JoinTokens tokens,
    CertificateAuthority authority,
    PushLoop loop,
    LongAdder refusedCalls) {
  private static final long PATIENCE_SECONDS = 10;

  /** Waits for the push loop. */
  <T> T await(CompletableFuture<T> future) throws ApiException {
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new ApiException(500, "The server could not answer: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiException(503, "The server is ending.");
    }
  }

  /** Findings of files, and of documents that do not fit together. */
  List<Finding> findings() throws ApiException {
    List<Finding> findings = new ArrayList<>(store.findings());
    findings.addAll(Analyzer.analyze(await(loop.mesh())));
    return findings;
  }
}
