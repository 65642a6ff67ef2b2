package dev.weft.loader;

import dev.weft.bootstrap.AdviceDispatch;
import dev.weft.bootstrap.Mesh;
import dev.weft.loader.premain.AgentLog;
import java.lang.instrument.ClassFileTransformer;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Weaves one class at a time. A class that no module asks for costs one hash look-up; nothing is
 * ever thrown to the JVM, and a class that cannot be woven stays as it is and is reported.
 *
 * <p>Byte Buddy is loaded with the first module, so an application that has none of our libraries
 * does not pay for it.
 *
 * <p>The shape of a class never changes, only method bodies do, so the same code serves first
 * loading and retransformation: when another agent retransforms, the JVM asks again and the class
 * stays woven.
 */
final class WeavingTransformer implements ClassFileTransformer {
  /** Java 7: the first class file version that may hold {@code invokedynamic}. */
  private static final int FIRST_WITH_INDY = 51;

  private final ModuleIndex index;
  private final Hosted hosted;
  private final WeavingReport report;

  WeavingTransformer(ModuleIndex index, Hosted hosted, WeavingReport report) {
    this.index = index;
    this.hosted = hosted;
    this.report = report;
  }

  @Override
  public byte @Nullable [] transform(
      @Nullable ClassLoader loader,
      @Nullable String name,
      @Nullable Class<?> redefined,
      @Nullable ProtectionDomain domain,
      byte[] code) {
    return transform(null, loader, name, redefined, domain, code);
  }

  @Override
  public byte @Nullable [] transform(
      @Nullable Module module,
      @Nullable ClassLoader loader,
      @Nullable String name,
      @Nullable Class<?> redefined,
      @Nullable ProtectionDomain domain,
      byte[] code) {
    if (name == null) {
      return null;
    }
    try {
      List<ModuleIndex.Entry> wanting = index.wanting(name);
      if (wanting.isEmpty()
          || loader instanceof HelperClassLoader
          || (loader != null
              && loader == WeavingTransformer.class.getClassLoader()
              && name.startsWith("dev/weft/shaded/"))) {
        return null;
      }
      byte[] current = code;
      for (ModuleIndex.Entry entry : wanting) {
        current = weave(entry, module, loader, name.replace('/', '.'), domain, current);
      }
      return current == code ? null : current;
    } catch (Throwable failure) {
      Mesh.internalError(WeavingTransformer.class.getName(), failure);
      return null;
    }
  }

  /** Returns {@code code} itself where the module does not apply or fails. */
  private byte[] weave(
      ModuleIndex.Entry entry,
      @Nullable Module jdkModule,
      @Nullable ClassLoader loader,
      String type,
      @Nullable ProtectionDomain domain,
      byte[] code) {
    Origin origin = Origin.of(jdkModule, loader, domain, entry.library());
    if (entry.notGoverned() != null) {
      report.notWoven(entry, origin, loader);
      return code;
    }
    try {
      WovenModule module = hosted.module(entry);
      if (module != null
          && !entry.types().contains(type)
          && !ClassWeaving.wanted(module, loader, type, code)) {
        return code;
      }
      String refusal =
          module == null ? hosted.failure(entry) : refusal(module, loader, origin, code);
      if (module == null || refusal != null) {
        refuse(entry, origin, type, refusal == null ? "" : refusal);
        return code;
      }
      List<String> unmatched = new ArrayList<>();
      byte[] woven = ClassWeaving.weave(module, jdkModule, loader, type, domain, code, unmatched);
      if (woven != code) {
        report.woven(entry.module(), entry.library(), origin, type);
      }
      for (String advice : unmatched) {
        refuse(entry, origin, type, "no method for " + advice + ": the library has changed");
      }
      return woven;
    } catch (Throwable failure) {
      refuse(entry, origin, type, "weaving failed: " + failure);
      Mesh.internalError(entry.module(), failure);
      return code;
    }
  }

  private static @Nullable String refusal(
      WovenModule module, @Nullable ClassLoader loader, Origin origin, byte[] code) {
    int version = (code[6] & 0xff) << 8 | (code[7] & 0xff);
    if (version < FIRST_WITH_INDY) {
      return "class file version " + version + " is older than Java 7 (" + FIRST_WITH_INDY + ")";
    }
    if (!seesSeam(loader)) {
      return "class loader "
          + loader
          + " hides dev.weft.bootstrap; let it delegate that package to the boot class path"
          + " (OSGi: org.osgi.framework.bootdelegation=dev.weft.bootstrap)";
    }
    VersionRange supported = module.library().supported();
    if (supported != null && origin.version() != null && !supported.contains(origin.version())) {
      return "version " + origin.version() + " is outside the supported range " + supported;
    }
    if (!module.takes(loader)) {
      return "the module does not take class loader " + loader;
    }
    return null;
  }

  private static boolean seesSeam(@Nullable ClassLoader loader) {
    if (loader == null) {
      return true;
    }
    try {
      return Class.forName(AdviceDispatch.class.getName(), false, loader) == AdviceDispatch.class;
    } catch (ClassNotFoundException | LinkageError hidden) {
      return false;
    }
  }

  private void refuse(ModuleIndex.Entry entry, Origin origin, String type, String reason) {
    String line = type + ": " + reason;
    if (report.refused(entry.module(), entry.library(), origin, line)) {
      AgentLog.warn("Not governed: " + entry.library().name() + ", " + line);
    }
  }
}
