package dev.weft.loader;

import dev.weft.bootstrap.Mesh;
import dev.weft.loader.premain.AgentLog;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Opens the JDK packages that a module's {@link Library#opens} names to its helpers when a stock
 * OpenTelemetry agent hosts them: without it the helpers of the JDK's clients could not start, and
 * a woven call would pass by the mesh.
 *
 * <p>Where the host puts helpers depends on its mode. Injected, they land in the unnamed module of
 * the woven type's class loader, and do so while the JVM keeps transformers away, so these two
 * modules are opened at once; nothing of an application lives there. Isolated, they land in a class
 * loader that the host makes later, so the first helper to load there shows its module and is
 * waited for here. Whatever cannot be opened is reported as not governed.
 */
final class OtelHelperAccess implements ClassFileTransformer {
  private final Instrumentation instrumentation;
  private final ModuleIndex index;
  private final WeavingReport report;

  private OtelHelperAccess(
      Instrumentation instrumentation, ModuleIndex index, WeavingReport report) {
    this.instrumentation = instrumentation;
    this.index = index;
    this.report = report;
  }

  /** Opens what can be opened now and waits for the rest; call it before the host weaves. */
  static void install(Instrumentation instrumentation, ModuleIndex index, WeavingReport report) {
    OtelHelperAccess access = new OtelHelperAccess(instrumentation, index, report);
    for (ModuleIndex.Entry entry : index.entries()) {
      access.open(entry, Mesh.class.getModule());
      access.open(entry, ClassLoader.getPlatformClassLoader().getUnnamedModule());
    }
    instrumentation.addTransformer(access);
  }

  @Override
  public byte @Nullable [] transform(
      @Nullable Module module,
      @Nullable ClassLoader loader,
      @Nullable String name,
      @Nullable Class<?> redefined,
      @Nullable ProtectionDomain domain,
      byte[] code) {
    if (name == null || module == null || !name.startsWith("dev/weft/instrumentation/")) {
      return null;
    }
    for (ModuleIndex.Entry entry : index.entries()) {
      String moduleClass = entry.module();
      int packageLength = moduleClass.lastIndexOf('.') + 1;
      if (name.length() > packageLength
          && name.replace('/', '.').startsWith(moduleClass.substring(0, packageLength))) {
        open(entry, module);
      }
    }
    return null;
  }

  private void open(ModuleIndex.Entry entry, Module helpers) {
    for (String opened : entry.library().opens()) {
      int slash = opened.indexOf('/');
      String moduleName = opened.substring(0, slash);
      try {
        Module jdk = ModuleLayer.boot().findModule(moduleName).orElse(null);
        if (jdk != null) {
          open(jdk, opened.substring(slash + 1), helpers);
        }
      } catch (Throwable refused) {
        refuse(entry, moduleName, opened + " cannot be opened to the helpers: " + refused);
      }
    }
  }

  private void open(Module jdk, String packageName, Module helpers) {
    if (!jdk.getPackages().contains(packageName) || jdk.isOpen(packageName, helpers)) {
      return;
    }
    Set<Module> to = Set.of(helpers);
    Map<String, Set<Module>> packages = Map.of(packageName, to);
    instrumentation.redefineModule(jdk, to, packages, packages, Set.of(), Map.of());
  }

  private void refuse(ModuleIndex.Entry entry, String jdkModule, String reason) {
    Origin origin = new Origin(jdkModule, System.getProperty("java.version"));
    if (report.refused(entry.module(), entry.library(), origin, reason)) {
      AgentLog.warn("Not governed: " + entry.library().name() + ", " + reason);
    }
  }
}
