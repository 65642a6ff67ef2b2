package dev.weft.loader;

import dev.weft.bootstrap.AdviceDispatch;
import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.annotation.AnnotationDescription;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.implementation.bytecode.StackManipulation;
import net.bytebuddy.implementation.bytecode.constant.TextConstant;
import net.bytebuddy.implementation.bytecode.member.MethodInvocation;
import net.bytebuddy.utility.JavaConstant;

/**
 * Turns an advice class into woven calls by {@code invokedynamic}, so that the woven class needs to
 * see neither the advice nor its helpers.
 *
 * <p>Types of the module's own package are erased to {@link Object} in the call, all others are
 * visible to the woven class by themselves. Whatever the advice throws goes to {@link
 * AdviceDispatch#failed}.
 */
final class MethodAdvice implements Advice.BootstrapArgumentResolver.Factory {
  private static final MethodDescription.InDefinedShape BOOTSTRAP = dispatch("bootstrap");
  private static final MethodDescription.InDefinedShape FAILED = dispatch("failed");

  private final String module;

  private MethodAdvice(String module) {
    this.module = module;
  }

  /** Returns what dispatches to advice of {@code module} whose own package starts so. */
  static Advice.WithCustomMapping dispatching(String module, String packagePrefix) {
    return Advice.withCustomMapping()
        .with(new Advice.AssignReturned.Factory().withSuppressed(Throwable.class))
        .bootstrap(BOOTSTRAP, new MethodAdvice(module), new OwnTypesErased(packagePrefix));
  }

  /** Lets {@code advice} count what it throws, under the advice's name. */
  static Advice counting(Advice advice, String adviceClass) {
    return advice.withExceptionHandler(
        new StackManipulation.Compound(
            new TextConstant(adviceClass), MethodInvocation.invoke(FAILED)));
  }

  /**
   * Refuses advice that would not work here, rather than weave something that breaks later.
   *
   * @throws IllegalArgumentException if an advice method is inlined or lets failures through
   */
  static void check(TypeDescription advice) {
    boolean any = false;
    for (MethodDescription.InDefinedShape method : advice.getDeclaredMethods()) {
      for (Class<? extends java.lang.annotation.Annotation> kind : KINDS) {
        AnnotationDescription.Loadable<?> found = method.getDeclaredAnnotations().ofType(kind);
        if (found == null) {
          continue;
        }
        any = true;
        if (found.getValue("inline").resolve(Boolean.class)) {
          throw new IllegalArgumentException(
              "Advice "
                  + advice.getName()
                  + "."
                  + method.getName()
                  + " is inlined; the woven class cannot see its helpers. Set inline = false.");
        }
        if (!found
            .getValue("suppress")
            .resolve(TypeDescription.class)
            .represents(Throwable.class)) {
          throw new IllegalArgumentException(
              "Advice "
                  + advice.getName()
                  + "."
                  + method.getName()
                  + " would throw into the application. Set suppress = Throwable.class.");
        }
        if (!method.isPublic() || !advice.isPublic()) {
          throw new IllegalArgumentException(
              "Advice "
                  + advice.getName()
                  + "."
                  + method.getName()
                  + " is not public and cannot be linked. Make class and method public.");
        }
      }
    }
    if (!any) {
      throw new IllegalArgumentException(
          "Advice " + advice.getName() + " has neither @OnMethodEnter nor @OnMethodExit.");
    }
  }

  private static final List<Class<? extends java.lang.annotation.Annotation>> KINDS =
      List.of(Advice.OnMethodEnter.class, Advice.OnMethodExit.class);

  @Override
  public Advice.BootstrapArgumentResolver resolve(
      MethodDescription.InDefinedShape adviceMethod, boolean exit) {
    return new Constants(
        List.of(
            JavaConstant.Simple.ofLoaded(module),
            JavaConstant.Simple.ofLoaded(adviceMethod.getDeclaringType().getName()),
            JavaConstant.Simple.ofLoaded(adviceMethod.getDescriptor())));
  }

  private static MethodDescription.InDefinedShape dispatch(String name) {
    List<MethodDescription.InDefinedShape> found = new ArrayList<>();
    for (MethodDescription.InDefinedShape method :
        TypeDescription.ForLoadedType.of(AdviceDispatch.class).getDeclaredMethods()) {
      if (method.getName().equals(name)) {
        found.add(method);
      }
    }
    return found.get(0);
  }

  /** The same arguments wherever the advice is woven. */
  private record Constants(List<JavaConstant> arguments)
      implements Advice.BootstrapArgumentResolver {
    @Override
    public List<JavaConstant> resolve(TypeDescription type, MethodDescription method) {
      return arguments;
    }
  }

  /** Keeps erased types as they are, except the module's own, which the woven class cannot see. */
  private record OwnTypesErased(String packagePrefix)
      implements TypeDescription.Generic.Visitor<TypeDescription.Generic> {

    private TypeDescription.Generic erase(TypeDescription.Generic type) {
      TypeDescription erasure = type.asErasure();
      TypeDescription element = erasure;
      while (element.isArray()) {
        element = element.getComponentType();
      }
      return element.getName().startsWith(packagePrefix)
          ? TypeDescription.Generic.OfNonGenericType.ForLoadedType.of(Object.class)
          : erasure.asGenericType();
    }

    @Override
    public TypeDescription.Generic onGenericArray(TypeDescription.Generic type) {
      return erase(type);
    }

    @Override
    public TypeDescription.Generic onWildcard(TypeDescription.Generic type) {
      return erase(type);
    }

    @Override
    public TypeDescription.Generic onParameterizedType(TypeDescription.Generic type) {
      return erase(type);
    }

    @Override
    public TypeDescription.Generic onTypeVariable(TypeDescription.Generic type) {
      return erase(type);
    }

    @Override
    public TypeDescription.Generic onNonGenericType(TypeDescription.Generic type) {
      return erase(type);
    }
  }
}
