package dev.weft.loader;

import dev.weft.bootstrap.AdviceDispatch;
import dev.weft.loader.premain.AgentLog;
import io.opentelemetry.javaagent.extension.instrumentation.InstrumentationModule;
import java.lang.instrument.Instrumentation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Hosts instrumentation modules: weaves the types that they ask for, as they load and as they are
 * already loaded, and keeps a report of it.
 *
 * <p>A module may use {@code typeInstrumentations} with {@code applyAdviceToMethod} and {@code
 * applyTransformer}, {@code classLoaderMatcher}, {@code defaultEnabled}, {@code isHelperClass} and
 * {@code getAdditionalHelperClassNames}. Its advice is public, {@code inline = false}, {@code
 * suppress = Throwable.class}, and lives with all helper classes in the module's own package. Its
 * type matchers should be exact names; see the package comment. What it says about its library
 * stands in {@link Library#FILE}.
 *
 * <p>In a test JVM: {@code Weaver.install(ByteBuddyAgent.install(), List.of(new
 * MyInstrumentationModule()))}, with {@code net.bytebuddy:byte-buddy-agent} in test scope; the root
 * pom already lets test JVMs attach to themselves and puts the seam into their bootstrap loader.
 */
public final class Weaver {
  /** One per JVM: a call site finds its advice through a single resolver. Guarded by the class. */
  private static @Nullable HelperLoaders helpers;

  private static final List<String> INSTALLED = new ArrayList<>();

  private Weaver() {}

  /**
   * Weaves these modules from now on, for tests. A module that is already installed in this JVM is
   * left alone.
   *
   * @return the report of the modules installed by this call
   */
  public static synchronized WeavingReport install(
      Instrumentation instrumentation, List<InstrumentationModule> modules) {
    List<InstrumentationModule> fresh = new ArrayList<>();
    Map<String, InstrumentationModule> byName = new HashMap<>();
    for (InstrumentationModule module : modules) {
      String name = module.getClass().getName();
      if (!INSTALLED.contains(name)) {
        INSTALLED.add(name);
        fresh.add(module);
        byName.put(name, module);
      }
    }
    return install(instrumentation, ModuleIndexer.index(fresh), new ModuleSource.Given(byName));
  }

  /**
   * Weaves the indexed modules from now on; each is instantiated when the first of its types loads.
   *
   * @param modules class loader that has the module classes
   */
  public static synchronized WeavingReport install(
      Instrumentation instrumentation, ModuleIndex index, ClassLoader modules) {
    return install(instrumentation, index, new ModuleSource.Lazy(modules));
  }

  private static WeavingReport install(
      Instrumentation instrumentation, ModuleIndex index, ModuleSource source) {
    HelperLoaders resolver = helpers;
    if (resolver == null) {
      resolver = new HelperLoaders(instrumentation);
      helpers = resolver;
      AdviceDispatch.install(resolver);
    }
    WeavingReport report = new WeavingReport();
    WeavingTransformer transformer =
        new WeavingTransformer(index, new Hosted(source, resolver), report);
    instrumentation.addTransformer(transformer, true);
    retransformLoaded(instrumentation, index, report);
    return report;
  }

  /**
   * Weaves what was loaded before us. What cannot be retransformed is reported and does not stop
   * the others.
   */
  static void retransformLoaded(
      Instrumentation instrumentation, ModuleIndex index, WeavingReport report) {
    for (Class<?> loaded : instrumentation.getAllLoadedClasses()) {
      if (loaded.isArray() || loaded.isPrimitive() || loaded.isHidden()) {
        continue;
      }
      List<ModuleIndex.Entry> wanting = index.wanting(loaded.getName().replace('.', '/'));
      if (wanting.isEmpty()) {
        continue;
      }
      try {
        instrumentation.retransformClasses(loaded);
      } catch (Throwable refused) {
        report(report, wanting, loaded, refused);
      }
    }
  }

  private static void report(
      WeavingReport report, List<ModuleIndex.Entry> wanting, Class<?> loaded, Throwable refused) {
    String reason =
        loaded.getName() + ": was loaded before the agent and cannot be woven now: " + refused;
    for (ModuleIndex.Entry entry : wanting) {
      Origin origin =
          Origin.of(
              loaded.getModule(),
              loaded.getClassLoader(),
              loaded.getProtectionDomain(),
              entry.library());
      if (report.refused(entry.module(), entry.library(), origin, reason)) {
        AgentLog.warn("Not governed: " + entry.library().name() + ", " + reason);
      }
    }
  }
}
