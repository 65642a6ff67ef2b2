package dev.weft.instrumentation.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;

/**
 * What every contract suite of HTTP clients stands on: a mesh, backends and the client under test,
 * anew for every case; and the checks that hold after every case.
 */
abstract class ContractEnvironment {
  /** Longest time that any single call of a case may take before the case fails. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private final List<AutoCloseable> resources = new ArrayList<>();
  TestMesh mesh;
  HttpClientUnderTest client;

  /** Makes a client of the library under test. */
  protected abstract HttpClientUnderTest newClient(HttpClientUnderTest.Options options)
      throws Exception;

  /** What the adapter can do; all unless told. */
  protected Set<Capability> capabilities() {
    return EnumSet.allOf(Capability.class);
  }

  @BeforeEach
  final void start() throws Exception {
    mesh = TestMesh.start();
    resources.add(mesh);
    client = newClient(HttpClientUnderTest.Options.DEFAULT);
    resources.add(client);
  }

  @AfterEach
  final void stop() throws Exception {
    try {
      assertThat(mesh.internalErrors()).as("failures of our own").isEmpty();
      mesh.apply();
      Awaitility.await("watchdogs and ejections cancelled")
          .atMost(PATIENCE)
          .until(() -> mesh.waitingTimers() == 0);
    } finally {
      for (int i = resources.size() - 1; i >= 0; i--) {
        resources.get(i).close();
      }
    }
  }

  /** Skips the case when the adapter cannot do this. */
  final void needs(Capability... needed) {
    for (Capability capability : needed) {
      Assumptions.assumeTrue(
          capabilities().contains(capability), () -> "this adapter has no " + capability);
    }
  }

  final Backend backend(String name) {
    return closing(Backend.plain(name));
  }

  final <T extends AutoCloseable> T closing(T resource) {
    resources.add(resource);
    return resource;
  }

  final HttpClientUnderTest client(HttpClientUnderTest.Options options) throws Exception {
    return closing(newClient(options));
  }

  /** Waits until so many calls were recorded and returns them. */
  final List<RecordedCall> recorded(int count) {
    Awaitility.await(count + " recorded calls")
        .atMost(PATIENCE)
        .until(() -> mesh.calls().size() >= count);
    assertThat(mesh.calls()).hasSize(count);
    return mesh.calls();
  }

  static String local(Backend backend, String path) {
    return "http://127.0.0.1:" + backend.port() + path;
  }
}
