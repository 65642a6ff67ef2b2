package dev.weft.loader;

import dev.weft.loader.premain.AgentLog;
import io.opentelemetry.javaagent.extension.ignore.IgnoredTypesBuilder;
import io.opentelemetry.javaagent.extension.ignore.IgnoredTypesConfigurer;
import java.io.IOException;
import java.util.List;

/**
 * Tells a stock OpenTelemetry agent to look at the types that we weave: it passes over most of the
 * JDK's, and says nothing.
 */
public final class OtelIgnoredTypes implements IgnoredTypesConfigurer {

  /** Called by the service loader. */
  public OtelIgnoredTypes() {}

  @Override
  public void configure(IgnoredTypesBuilder builder) {
    try {
      List<ModuleIndex.Entry> entries =
          AgentBoot.index(OtelIgnoredTypes.class.getClassLoader()).entries();
      for (ModuleIndex.Entry entry : entries) {
        if (entry.notGoverned() == null) {
          for (String type : entry.types()) {
            builder.allowClass(type);
          }
        }
      }
    } catch (IOException unreadable) {
      AgentLog.warn("the OpenTelemetry agent may pass over types of the JDK", unreadable);
    }
  }
}
