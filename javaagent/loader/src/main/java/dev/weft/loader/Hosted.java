package dev.weft.loader;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The modules instantiated so far. A module that failed to start is not tried again. Thread-safe;
 * guarded by itself.
 */
final class Hosted {
  private final ModuleSource source;
  private final HelperLoaders helpers;
  private final Map<String, WovenModule> started = new HashMap<>();
  private final Map<String, String> failures = new HashMap<>();

  Hosted(ModuleSource source, HelperLoaders helpers) {
    this.source = source;
    this.helpers = helpers;
  }

  /** Returns the module, or null if it cannot be started; {@link #failure} says why. */
  synchronized @Nullable WovenModule module(ModuleIndex.Entry entry) {
    WovenModule known = started.get(entry.module());
    if (known != null || failures.containsKey(entry.module())) {
      return known;
    }
    try {
      WovenModule fresh = new WovenModule(source.module(entry.module()), entry.library());
      helpers.add(fresh);
      started.put(entry.module(), fresh);
      return fresh;
    } catch (Throwable broken) {
      failures.put(entry.module(), "module cannot be started: " + broken);
      return null;
    }
  }

  synchronized String failure(ModuleIndex.Entry entry) {
    return failures.getOrDefault(entry.module(), "");
  }
}
