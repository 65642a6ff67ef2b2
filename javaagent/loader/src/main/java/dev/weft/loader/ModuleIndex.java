package dev.weft.loader;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says which modules want a look at a type, by its name alone, without a module being loaded.
 *
 * <p>Made at build time by {@link ModuleIndexer}, read before main by {@link IndexFile}. Immutable.
 */
public final class ModuleIndex {
  private final List<Entry> entries;
  private final Map<String, List<Entry>> byInternalName;
  private final List<Entry> anyType;

  /** Makes the look-up of these entries. */
  public ModuleIndex(List<Entry> entries) {
    this.entries = List.copyOf(entries);
    byInternalName = new HashMap<>();
    anyType = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.anyType) {
        anyType.add(entry);
      }
    }
    for (Entry entry : entries) {
      for (String type : entry.types) {
        String internalName = type.replace('.', '/');
        List<Entry> ofType = byInternalName.get(internalName);
        if (ofType == null) {
          ofType = new ArrayList<>(anyType);
          byInternalName.put(internalName, ofType);
        }
        if (!ofType.contains(entry)) {
          ofType.add(entry);
        }
      }
    }
  }

  /** Returns the modules that want a look at a type; almost always none. */
  List<Entry> wanting(String internalName) {
    List<Entry> exact = byInternalName.get(internalName);
    if (exact != null) {
      return exact;
    }
    return anyType.isEmpty() || ours(internalName) ? List.of() : anyType;
  }

  public List<Entry> entries() {
    return entries;
  }

  /** Types of the JDK's core, of ours and of other agents, which no inexact matcher may see. */
  private static boolean ours(String internalName) {
    return internalName.startsWith("java/")
        || internalName.startsWith("jdk/")
        || internalName.startsWith("sun/")
        || internalName.startsWith("dev/weft/")
        || internalName.startsWith("net/bytebuddy/")
        || internalName.startsWith("io/opentelemetry/");
  }

  /**
   * One module, or a library that no module weaves.
   *
   * @param module class name of the instrumentation module; of a library without one {@code
   *     not-woven:} and its name
   * @param types exact names of the types that it may weave, or that give the library away
   * @param anyType whether some matcher of it is not exact, so that every type must be shown to it
   * @param notGoverned what passes by the mesh, for a library that is not woven; null: it is woven
   */
  public record Entry(
      String module,
      Library library,
      Set<String> types,
      boolean anyType,
      @Nullable String notGoverned) {
    public Entry {
      types = Set.copyOf(types);
    }

    Entry(String module, Library library, Set<String> types, boolean anyType) {
      this(module, library, types, anyType, null);
    }

    /** Makes the entry of a library that is known and not woven. */
    public static Entry notWoven(Library library, Set<String> types, String notGoverned) {
      return new Entry("not-woven:" + library.name(), library, types, false, notGoverned);
    }
  }
}
