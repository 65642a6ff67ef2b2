package dev.weft.loader;

import io.opentelemetry.javaagent.extension.instrumentation.TypeInstrumentation;
import io.opentelemetry.javaagent.extension.instrumentation.TypeTransformer;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.AsmVisitorWrapper;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.matcher.ElementMatchers;
import net.bytebuddy.pool.TypePool;
import net.bytebuddy.utility.JavaModule;
import org.jspecify.annotations.Nullable;

/**
 * One {@link TypeInstrumentation}, prepared once: which types it takes and what it does to them.
 */
final class TypeWeaving implements TypeTransformer {
  private final String module;
  private final String packagePrefix;
  private final ElementMatcher<TypeDescription> types;
  private final List<Step> steps = new ArrayList<>();

  TypeWeaving(String module, String packagePrefix, TypeInstrumentation instrumentation) {
    this.module = module;
    this.packagePrefix = packagePrefix;
    this.types = instrumentation.typeMatcher();
    instrumentation.transform(this);
  }

  boolean matches(TypeDescription type) {
    return types.matches(type);
  }

  /**
   * Adds what this instrumentation does to {@code type}.
   *
   * <p>Advice is described anew for each type: it names types of the library, and only the class
   * loader of the woven type knows those.
   *
   * @param pool describes the module's classes and the library's
   * @param bytes where {@code pool} reads
   * @param unmatched takes the name of every advice for which the type has no method
   */
  DynamicType.Builder<?> weave(
      DynamicType.Builder<?> builder,
      TypeDescription type,
      @Nullable ClassLoader loader,
      @Nullable JavaModule jdkModule,
      @Nullable ProtectionDomain domain,
      TypePool pool,
      ClassFileLocator bytes,
      List<String> unmatched) {
    for (Step step : steps) {
      if (step.transformer != null) {
        builder = step.transformer.transform(builder, type, loader, jdkModule, domain);
      } else if (type.getDeclaredMethods().filter(step.methods).isEmpty()) {
        unmatched.add(step.adviceClass);
      } else {
        builder =
            builder.visit(
                new AsmVisitorWrapper.ForDeclaredMethods()
                    .invokable(step.methods, advice(step, pool, bytes)));
      }
    }
    return builder;
  }

  /** Checks all advice before any type is woven; see {@link MethodAdvice#check}. */
  void check(TypePool pool) {
    for (Step step : steps) {
      if (step.transformer == null) {
        MethodAdvice.check(pool.describe(step.adviceClass).resolve());
      }
    }
  }

  private Advice advice(Step step, TypePool pool, ClassFileLocator bytes) {
    TypeDescription type = pool.describe(step.adviceClass).resolve();
    MethodAdvice.check(type);
    Advice.WithCustomMapping dispatching = MethodAdvice.dispatching(module, packagePrefix);
    return MethodAdvice.counting(step.mapping.apply(dispatching).to(type, bytes), step.adviceClass);
  }

  @Override
  public void applyAdviceToMethod(
      ElementMatcher<? super MethodDescription> methods, String adviceClass) {
    applyAdviceToMethod(methods, Function.identity(), adviceClass);
  }

  @Override
  public void applyAdviceToMethod(
      ElementMatcher<? super MethodDescription> methods,
      Function<Advice.WithCustomMapping, Advice.WithCustomMapping> mapping,
      String adviceClass) {
    steps.add(new Step(methods, mapping, adviceClass, null));
  }

  @Override
  public void applyTransformer(AgentBuilder.Transformer transformer) {
    steps.add(
        new Step(
            ElementMatchers.none(),
            Function.identity(),
            transformer.getClass().getName(),
            transformer));
  }

  /** Either an advice or a transformer. */
  private record Step(
      ElementMatcher<? super MethodDescription> methods,
      Function<Advice.WithCustomMapping, Advice.WithCustomMapping> mapping,
      String adviceClass,
      AgentBuilder.@Nullable Transformer transformer) {}
}
