package dev.weft.loader;

import io.opentelemetry.javaagent.extension.instrumentation.InstrumentationModule;
import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.pool.TypePool;
import org.jspecify.annotations.Nullable;

/** An instantiated module with its prepared weavings. Immutable. */
final class WovenModule implements Predicate<String> {
  private final InstrumentationModule module;
  private final Library library;
  private final String packagePrefix;
  private final Set<String> listedHelpers;
  private final ClassFileLocator bytes;
  private final List<TypeWeaving> weavings;

  WovenModule(InstrumentationModule module, Library library) {
    this.module = module;
    this.library = library;
    packagePrefix = module.getClass().getPackageName() + ".";
    listedHelpers = new HashSet<>(module.getAdditionalHelperClassNames());
    bytes = ClassFileLocator.ForClassLoader.of(module.getClass().getClassLoader());
    List<TypeWeaving> prepared = new ArrayList<>();
    for (TypeInstrumentation each : module.typeInstrumentations()) {
      prepared.add(new TypeWeaving(className(), packagePrefix, each));
    }
    weavings = List.copyOf(prepared);
  }

  String className() {
    return module.getClass().getName();
  }

  Library library() {
    return library;
  }

  /** Returns where the classes of the module itself are read. */
  ClassFileLocator bytes() {
    return bytes;
  }

  /** Fails if some advice of the module cannot work; see {@link MethodAdvice#check}. */
  void check() {
    TypePool types = TypePool.Default.WithLazyResolution.of(bytes);
    for (TypeWeaving weaving : weavings) {
      weaving.check(types);
    }
  }

  List<TypeWeaving> weavings() {
    return weavings;
  }

  /** Tells whether the module wants to be woven into this class loader. */
  boolean takes(@Nullable ClassLoader loader) {
    return module.classLoaderMatcher().matches(loader);
  }

  /** Tells by name whether a class is defined in the module's helper class loaders. */
  @Override
  public boolean test(String className) {
    return className.startsWith(packagePrefix)
        || listedHelpers.contains(className)
        || module.isHelperClass(className);
  }

  HelperClassLoader newHelpers(ClassLoader parent) {
    return new HelperClassLoader(
        "weft:" + library.name(), parent, this, module.getClass().getClassLoader());
  }
}
