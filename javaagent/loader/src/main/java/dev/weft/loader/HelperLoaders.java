package dev.weft.loader;

import dev.weft.bootstrap.AdviceDispatch;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds or makes the {@link HelperClassLoader} of an application class loader and a module, and
 * resolves advice in it.
 *
 * <p>Nothing here keeps an application class loader alive: both keys and values are weak. A helper
 * class loader lives as long as a woven class that has linked to its advice. Thread-safe; {@code
 * loaders} is guarded by itself.
 */
final class HelperLoaders implements AdviceDispatch.Resolver {
  private final Instrumentation instrumentation;
  private final Map<String, WovenModule> modules = new ConcurrentHashMap<>();
  private final Map<ClassLoader, Map<String, WeakReference<HelperClassLoader>>> loaders =
      new WeakHashMap<>();

  HelperLoaders(Instrumentation instrumentation) {
    this.instrumentation = instrumentation;
  }

  /** Makes the advice of {@code module} resolvable. */
  void add(WovenModule module) {
    modules.put(module.className(), module);
  }

  @Override
  public MethodHandle resolve(
      Class<?> woven, String module, String advice, String method, String descriptor)
      throws ReflectiveOperationException {
    WovenModule owner = modules.get(module);
    if (owner == null) {
      throw new IllegalStateException("Module " + module + " is not hosted by this loader");
    }
    HelperClassLoader helpers = helpers(woven, owner);
    return MethodHandles.publicLookup()
        .findStatic(
            Class.forName(advice, true, helpers),
            method,
            MethodType.fromMethodDescriptorString(descriptor, helpers));
  }

  private HelperClassLoader helpers(Class<?> woven, WovenModule module) {
    ClassLoader parent = woven.getClassLoader();
    if (parent == null) {
      // Nothing can be the child of the bootstrap loader and still see java.sql or java.net.http.
      parent = ClassLoader.getPlatformClassLoader();
    }
    HelperClassLoader helpers;
    synchronized (loaders) {
      Map<String, WeakReference<HelperClassLoader>> ofParent = loaders.get(parent);
      if (ofParent == null) {
        ofParent = new HashMap<>();
        loaders.put(parent, ofParent);
      }
      WeakReference<HelperClassLoader> known = ofParent.get(module.className());
      HelperClassLoader found = known == null ? null : known.get();
      helpers = found != null ? found : module.newHelpers(parent);
      ofParent.put(module.className(), new WeakReference<>(helpers));
    }
    if (woven.getModule().isNamed()) {
      open(woven, module, helpers);
    }
    return helpers;
  }

  /**
   * Opens the woven class's package, and what the module's description asks for, to the helpers and
   * to nobody else.
   */
  private void open(Class<?> woven, WovenModule module, HelperClassLoader helpers) {
    Set<Module> to = Set.of(helpers.getUnnamedModule());
    openTo(woven.getModule(), woven.getPackageName(), to);
    for (String opened : module.library().opens()) {
      int slash = opened.indexOf('/');
      Module jdk = named(opened.substring(0, slash));
      if (jdk != null) {
        openTo(jdk, opened.substring(slash + 1), to);
      }
    }
  }

  private static @Nullable Module named(String module) {
    return ModuleLayer.boot().findModule(module).orElse(null);
  }

  private void openTo(Module module, String packageName, Set<Module> to) {
    if (!module.getPackages().contains(packageName)
        || module.isOpen(packageName, to.iterator().next())) {
      return;
    }
    Map<String, Set<Module>> packages = Map.of(packageName, to);
    instrumentation.redefineModule(module, to, packages, packages, Set.of(), Map.of());
  }
}
