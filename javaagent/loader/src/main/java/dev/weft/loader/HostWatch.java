package dev.weft.loader;

import dev.weft.loader.premain.AgentLog;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.charset.StandardCharsets;
import java.security.ProtectionDomain;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fills the report when an OpenTelemetry agent does the weaving: looks at class files after the
 * host has had them and tells whether they name our advice or the seam. Changes nothing.
 *
 * <p>The host skips a module in silence when its own checks fail, and the traffic then bypasses the
 * mesh; this is how we notice. Transformers run in the order in which they were added, so this one
 * goes to the end of the line once the host has installed its own.
 */
final class HostWatch implements ClassFileTransformer {
  private static final byte[][] MARKS = {
    "dev/weft/instrumentation/".getBytes(StandardCharsets.ISO_8859_1),
    "dev.weft.instrumentation.".getBytes(StandardCharsets.ISO_8859_1),
    "dev/weft/bootstrap/".getBytes(StandardCharsets.ISO_8859_1),
  };

  private final ModuleIndex index;
  private final WeavingReport report;

  private HostWatch(ModuleIndex index, WeavingReport report) {
    this.index = index;
    this.report = report;
  }

  /** Watches from now on; call it after the host has installed its transformer. */
  static void start(Instrumentation instrumentation, ModuleIndex index, WeavingReport report) {
    instrumentation.addTransformer(new HostWatch(index, report), true);
    Weaver.retransformLoaded(instrumentation, index, report);
  }

  @Override
  public byte @Nullable [] transform(
      Module module,
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
      for (int i = 0; i < wanting.size(); i++) {
        ModuleIndex.Entry entry = wanting.get(i);
        if (entry.types().contains(name.replace('/', '.'))) {
          Origin origin = Origin.of(module, loader, domain, entry.library());
          if (entry.notGoverned() != null) {
            report.notWoven(entry, origin, loader);
          } else {
            look(entry, origin, name, code);
          }
        }
      }
    } catch (Throwable failure) {
      AgentLog.warn("cannot tell whether " + name + " was woven", failure);
    }
    return null;
  }

  private void look(ModuleIndex.Entry entry, Origin origin, String name, byte[] code) {
    String type = name.replace('/', '.');
    for (byte[] mark : MARKS) {
      if (contains(code, mark)) {
        report.woven(entry.module(), entry.library(), origin, type);
        return;
      }
    }
    String reason = type + ": the OpenTelemetry agent did not apply " + entry.module();
    if (report.refused(entry.module(), entry.library(), origin, reason)) {
      AgentLog.warn("Not governed: " + entry.library().name() + ", " + reason);
    }
  }

  private static boolean contains(byte[] code, byte[] mark) {
    for (int at = 0; at <= code.length - mark.length; at++) {
      int same = 0;
      while (same < mark.length && code[at + same] == mark[same]) {
        same++;
      }
      if (same == mark.length) {
        return true;
      }
    }
    return false;
  }
}
