package dev.weft.instrumentation.testing;

import dev.weft.loader.Weaver;
import dev.weft.loader.WeavingReport;
import io.opentelemetry.javaagent.extension.instrumentation.InstrumentationModule;
import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.agent.ByteBuddyAgent;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The extension behind {@link Woven}. */
public final class WovenLibrary implements BeforeAllCallback {
  private static final List<WeavingReport> REPORTS = new ArrayList<>();

  /** What was woven in this JVM so far. */
  public static List<WeavingReport.Entry> woven() {
    synchronized (REPORTS) {
      return REPORTS.stream().flatMap(report -> report.libraries().stream()).toList();
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) throws ReflectiveOperationException {
    Woven annotation = context.getRequiredTestClass().getAnnotation(Woven.class);
    if (annotation == null) {
      throw new IllegalStateException(
          context.getRequiredTestClass().getName() + " is not annotated with @Woven");
    }
    List<InstrumentationModule> modules = new ArrayList<>();
    for (Class<? extends InstrumentationModule> module : annotation.value()) {
      modules.add(module.getConstructor().newInstance());
    }
    WeavingReport report = Weaver.install(ByteBuddyAgent.install(), modules);
    synchronized (REPORTS) {
      REPORTS.add(report);
    }
  }
}
