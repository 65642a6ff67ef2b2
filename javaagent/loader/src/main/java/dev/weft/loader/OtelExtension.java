package dev.weft.loader;

import dev.weft.bootstrap.Mesh;
import dev.weft.loader.premain.AgentLog;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizer;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.JarFile;

/**
 * Where a stock OpenTelemetry agent enters {@code weft-extension.jar}: the counterpart of {@link
 * WeftAgent} and {@link AgentBoot}.
 *
 * <p>The host calls this before it installs instrumentation, which is when the seam must be in the
 * bootstrap loader. The host weaves; we only watch what it does, for the report. As in the agent,
 * nothing thrown here may reach the host.
 */
public final class OtelExtension implements AutoConfigurationCustomizerProvider {
  private static final String SEAM = "weft-bootstrap.jar";

  /** Called by the service loader. */
  public OtelExtension() {}

  @Override
  public void customize(AutoConfigurationCustomizer unused) {
    try {
      Instrumentation instrumentation = host();
      seam(instrumentation);
      AgentBoot.startUnderOpenTelemetry(instrumentation);
    } catch (Throwable failure) {
      AgentLog.warn("could not start, so the application runs without the mesh", failure);
    }
  }

  /** The host keeps its Instrumentation in a class of the bootstrap loader. */
  private static Instrumentation host() throws ReflectiveOperationException {
    Object held =
        Class.forName("io.opentelemetry.javaagent.bootstrap.InstrumentationHolder", true, null)
            .getMethod("getInstrumentation")
            .invoke(null);
    if (held instanceof Instrumentation) {
      return (Instrumentation) held;
    }
    throw new IllegalStateException(
        "This OpenTelemetry agent does not hand out its Instrumentation. Use weft-agent.jar.");
  }

  /** Appends the nested seam; the JVM reads boot jars from files only. */
  private static void seam(Instrumentation instrumentation) throws IOException {
    Path file = Files.createTempFile("weft-bootstrap", ".jar");
    file.toFile().deleteOnExit();
    try (InputStream in = OtelExtension.class.getResourceAsStream("/" + SEAM)) {
      if (in == null) {
        throw new IOException("weft-extension.jar has no " + SEAM + "; build it again.");
      }
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }
    try (JarFile jar = new JarFile(file.toFile(), false)) {
      instrumentation.appendToBootstrapClassLoaderSearch(jar);
    }
    if (Mesh.class.getClassLoader() != null) {
      throw new IllegalStateException(
          "The seam was loaded by "
              + Mesh.class.getClassLoader()
              + " before the boot loader had it");
    }
  }
}
