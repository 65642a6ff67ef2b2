package dev.weft.loader;

import dev.weft.loader.premain.AgentClassLoader;
import dev.weft.loader.premain.AgentLog;
import dev.weft.loader.premain.Surroundings;
import java.io.File;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.InvocationTargetException;
import java.util.jar.JarFile;

/**
 * Where the JVM enters: {@code -javaagent:weft-agent.jar}, or attach at run time.
 *
 * <p>Whatever happens here, the application starts: each way out that leaves it without the mesh
 * says so in one line and why. The seam goes to the bootstrap class loader, the agent proper into
 * an {@link AgentClassLoader}; the application's class loaders find nothing of ours but this class
 * and what decides whether to start.
 */
public final class WeftAgent {
  private static boolean started;

  private WeftAgent() {}

  /** Called by the JVM before main. */
  public static void premain(String arguments, Instrumentation instrumentation) {
    start(instrumentation);
  }

  /** Called by the JVM on attach; what is loaded by then is retransformed. */
  public static void agentmain(String arguments, Instrumentation instrumentation) {
    start(instrumentation);
  }

  private static synchronized void start(Instrumentation instrumentation) {
    if (started) {
      AgentLog.warn("the agent is given twice; the second one is ignored. Drop one -javaagent.");
      return;
    }
    started = true;
    try {
      String idle = Surroundings.reasonToStayIdle();
      if (idle != null) {
        AgentLog.info("idle: ".concat(idle));
        return;
      }
      File file =
          new File(WeftAgent.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      JarFile jar = new JarFile(file, false);
      boot(new AgentClassLoader(jar, file), jar, instrumentation);
    } catch (Throwable failure) {
      Throwable cause =
          failure instanceof InvocationTargetException && failure.getCause() != null
              ? failure.getCause()
              : failure;
      AgentLog.warn("could not start, so the application runs without the mesh", cause);
    }
  }

  /** Threads started from here inherit the agent's class loader, never the application's. */
  private static void boot(AgentClassLoader loader, JarFile jar, Instrumentation instrumentation)
      throws ReflectiveOperationException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      Class.forName("dev.weft.loader.AgentBoot", true, loader)
          .getMethod("start", Instrumentation.class, JarFile.class)
          .invoke(null, instrumentation, jar);
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
