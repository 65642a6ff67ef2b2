package dev.weft.agent.packaging;

import java.util.Set;

/** Where a class belongs in the jars, by its internal name. */
enum Layout {
  /** The seam: bootstrap class loader. */
  SEAM,
  /** The first classes to run: top of the agent jar. */
  PREMAIN,
  /** Instrumentations: they name their libraries as the application has them. */
  INSTRUMENTATION,
  /** The rest of Weft. */
  WEFT,
  /** Carried code of others. */
  THIRD_PARTY,
  /** Not in the jars. */
  LEFT_OUT;

  private static final Set<String> NOT_FOR_JARS = Set.of("module-info", "package-info");

  static Layout of(String internalName) {
    String simple = internalName.substring(internalName.lastIndexOf('/') + 1);
    if (NOT_FOR_JARS.contains(simple)
        || internalName.startsWith("dev/weft/agent/")
        || internalName.equals("dev/weft/loader/ModuleIndexer")
        || internalName.startsWith("META-INF/")) {
      return LEFT_OUT;
    }
    if (internalName.startsWith("dev/weft/bootstrap/")) {
      return SEAM;
    }
    if (internalName.startsWith("dev/weft/loader/premain/")
        || internalName.equals("dev/weft/loader/WeftAgent")) {
      return PREMAIN;
    }
    if (internalName.startsWith("dev/weft/instrumentation/")) {
      return INSTRUMENTATION;
    }
    return internalName.startsWith("dev/weft/") ? WEFT : THIRD_PARTY;
  }
}
