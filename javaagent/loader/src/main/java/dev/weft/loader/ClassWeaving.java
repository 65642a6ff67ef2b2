package dev.weft.loader;

import java.security.ProtectionDomain;
import java.util.List;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.dynamic.TypeResolutionStrategy;
import net.bytebuddy.dynamic.scaffold.MethodGraph;
import net.bytebuddy.dynamic.scaffold.TypeValidation;
import net.bytebuddy.implementation.Implementation;
import net.bytebuddy.pool.TypePool;
import net.bytebuddy.utility.JavaModule;
import org.jspecify.annotations.Nullable;

/** Applies one module to one class file. */
final class ClassWeaving {
  private static final ByteBuddy BYTE_BUDDY =
      new ByteBuddy()
          .with(TypeValidation.DISABLED)
          .with(MethodGraph.Compiler.ForDeclaredMethods.INSTANCE)
          .with(Implementation.Context.Disabled.Factory.INSTANCE);

  private ClassWeaving() {}

  /**
   * Returns the woven class file, or {@code code} itself if the module leaves this class alone.
   *
   * <p>Types that the class refers to are known by name only and read when a matcher asks for more,
   * so that a missing optional dependency of the library is no failure.
   *
   * @param unmatched takes the name of every advice for which the class has no method
   */
  static byte[] weave(
      WovenModule module,
      @Nullable Module jdkModule,
      @Nullable ClassLoader loader,
      String name,
      @Nullable ProtectionDomain domain,
      byte[] code,
      List<String> unmatched) {
    ClassFileLocator bytes = bytes(module, loader, name, code);
    TypePool pool = pool(bytes);
    TypeDescription type = pool.describe(name).resolve();
    DynamicType.Builder<?> original = BYTE_BUDDY.decorate(type, bytes);
    DynamicType.Builder<?> builder = original;
    for (TypeWeaving weaving : module.weavings()) {
      if (weaving.matches(type)) {
        builder =
            weaving.weave(
                builder,
                type,
                loader,
                jdkModule == null ? null : JavaModule.of(jdkModule),
                domain,
                pool,
                bytes,
                unmatched);
      }
    }
    return builder == original
        ? code
        : builder.make(TypeResolutionStrategy.Disabled.INSTANCE, pool).getBytes();
  }

  /** Tells whether some matcher of the module takes this class; for matchers that are not exact. */
  static boolean wanted(
      WovenModule module, @Nullable ClassLoader loader, String name, byte[] code) {
    TypeDescription type = pool(bytes(module, loader, name, code)).describe(name).resolve();
    for (TypeWeaving weaving : module.weavings()) {
      if (weaving.matches(type)) {
        return true;
      }
    }
    return false;
  }

  private static ClassFileLocator bytes(
      WovenModule module, @Nullable ClassLoader loader, String name, byte[] code) {
    return new ClassFileLocator.Compound(
        ClassFileLocator.Simple.of(name, code),
        module.bytes(),
        ClassFileLocator.ForClassLoader.of(loader));
  }

  private static TypePool pool(ClassFileLocator bytes) {
    return new TypePool.Default.WithLazyResolution(
        new TypePool.CacheProvider.Simple(), bytes, TypePool.Default.ReaderMode.FAST);
  }
}
