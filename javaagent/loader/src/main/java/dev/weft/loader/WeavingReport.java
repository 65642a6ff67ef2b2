package dev.weft.loader;

import dev.weft.loader.premain.AgentLog;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What was woven, what was not, and why. Filled while classes load; thread-safe.
 *
 * <p>A library appears once its first type has been seen: what an application never loads is not
 * listed. Two copies of a library in two class loaders are two entries.
 */
public final class WeavingReport {
  private final Map<String, Building> libraries = new LinkedHashMap<>();
  private volatile @Nullable Runnable listener;

  /**
   * One library in one place.
   *
   * @param name what people call it
   * @param module class name of the instrumentation module; {@code not-woven:} and the library's
   *     name if there is none
   * @param version as found in its jar's name or metadata; null: not found
   * @param source jar or module it was loaded from
   * @param governed whether at least one type was woven and nothing of it was refused
   * @param wovenTypes names of the woven types, sorted
   * @param reasons why types were not woven; empty when {@code governed}
   */
  public record Entry(
      String name,
      String module,
      @Nullable String version,
      String source,
      boolean governed,
      List<String> wovenTypes,
      List<String> reasons) {}

  /** Returns what has been seen so far, in the order it was first seen. */
  public List<Entry> libraries() {
    synchronized (libraries) {
      List<Entry> entries = new ArrayList<>();
      for (Building each : libraries.values()) {
        entries.add(each.entry());
      }
      return Collections.unmodifiableList(entries);
    }
  }

  /** Calls {@code next} after every change, on the thread that loads the class: be quick. */
  public void onChange(Runnable next) {
    listener = next;
  }

  void woven(String module, Library library, Origin origin, String type) {
    boolean news;
    synchronized (libraries) {
      news = at(module, library, origin).woven.add(type);
    }
    if (news) {
      changed();
    }
  }

  /** Returns whether this is news. */
  boolean refused(String module, Library library, Origin origin, String reason) {
    boolean news;
    synchronized (libraries) {
      news = at(module, library, origin).reasons.add(reason);
    }
    if (news) {
      changed();
    }
    return news;
  }

  /**
   * Lists a library that is known and that no module weaves, and says so once. An OpenTelemetry
   * agent's own copy (OkHttp, for its exporters) is not the application's and is passed over.
   */
  void notWoven(ModuleIndex.Entry entry, Origin origin, @Nullable ClassLoader loader) {
    if (loader != null && loader.getClass().getName().startsWith("io.opentelemetry.javaagent.")) {
      return;
    }
    String reason = "Weft does not weave it yet: " + entry.notGoverned();
    if (refused(entry.module(), entry.library(), origin, reason)) {
      AgentLog.warn("Not governed: " + entry.library().name() + ", " + entry.notGoverned());
    }
  }

  private Building at(String module, Library library, Origin origin) {
    String key = module.concat("@").concat(origin.source());
    Building found = libraries.get(key);
    if (found == null) {
      found = new Building(library.name(), module, origin);
      libraries.put(key, found);
    }
    return found;
  }

  private void changed() {
    Runnable current = listener;
    if (current != null) {
      current.run();
    }
  }

  private static final class Building {
    private final String name;
    private final String module;
    private final Origin origin;
    private final Set<String> woven = new TreeSet<>();
    private final Set<String> reasons = new TreeSet<>();

    Building(String name, String module, Origin origin) {
      this.name = name;
      this.module = module;
      this.origin = origin;
    }

    Entry entry() {
      return new Entry(
          name,
          module,
          origin.version(),
          origin.source(),
          !woven.isEmpty() && reasons.isEmpty(),
          List.copyOf(woven),
          List.copyOf(reasons));
    }
  }
}
