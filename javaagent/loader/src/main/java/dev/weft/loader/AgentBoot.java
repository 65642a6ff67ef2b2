package dev.weft.loader;

import dev.weft.loader.premain.AgentLog;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.InvocationTargetException;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/** First class of the agent's own class loader: weaves, then starts the mesh. */
public final class AgentBoot {
  private static volatile boolean tracingIsTheirs;
  private static volatile @Nullable Runnable hostReady;

  private AgentBoot() {}

  /**
   * Called by {@link WeftAgent}, reflectively, across class loaders.
   *
   * @param jar the agent's own
   */
  public static void start(Instrumentation instrumentation, JarFile jar) throws Throwable {
    OtherAgents.Finding others = OtherAgents.look(instrumentation);
    if (others.line() != null) {
      AgentLog.warn(others.line());
    }
    if (others.stayIdle()) {
      return;
    }
    tracingIsTheirs = others.tracingIsTheirs();
    ClassLoader own = AgentBoot.class.getClassLoader();
    if (own == null) {
      throw new IllegalStateException(
          "The agent's classes are on the boot class path. Take weft's jars off -Xbootclasspath.");
    }
    Seam.install(jar, instrumentation);
    startMesh(instrumentation, Weaver.install(instrumentation, index(own), own), own);
  }

  /** Called by {@link OtelExtension}: the host weaves and traces. */
  static void startUnderOpenTelemetry(Instrumentation instrumentation) throws Throwable {
    tracingIsTheirs = true;
    ClassLoader own = AgentBoot.class.getClassLoader();
    WeavingReport report = new WeavingReport();
    ModuleIndex index = index(own);
    OtelHelperAccess.install(instrumentation, index, report);
    hostReady = () -> HostWatch.start(instrumentation, index, report);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(own);
    try {
      startMesh(instrumentation, report, own);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Called by {@link OtelAgentListener}. */
  static void hostIsReady() {
    Runnable ready = hostReady;
    if (ready != null) {
      try {
        ready.run();
      } catch (Throwable failure) {
        AgentLog.warn("cannot tell what the OpenTelemetry agent weaves", failure);
      }
    }
  }

  private static void startMesh(
      Instrumentation instrumentation, WeavingReport report, ClassLoader own) throws Throwable {
    try {
      Class.forName("dev.weft.extension.AgentStart", true, own)
          .getMethod("start", Instrumentation.class, WeavingReport.class)
          .invoke(null, instrumentation, report);
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause() == null ? thrown : thrown.getCause();
    }
  }

  /** Whether another agent makes this JVM's spans, so that ours must not. */
  public static boolean tracingIsTheirs() {
    return tracingIsTheirs;
  }

  static ModuleIndex index(ClassLoader own) throws IOException {
    try (InputStream in = own.getResourceAsStream(IndexFile.PATH)) {
      if (in == null) {
        throw new FileNotFoundException(
            "The agent's jar has no " + IndexFile.PATH + "; build it again.");
      }
      return IndexFile.read(in);
    }
  }
}
