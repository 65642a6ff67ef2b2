package dev.weft.bootstrap;

import java.lang.invoke.CallSite;
import java.lang.invoke.ConstantCallSite;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * Links woven methods to their advice: the bootstrap method of every {@code invokedynamic} that the
 * loader weaves in.
 *
 * <p>The advice lives in a helper class loader that the woven class cannot see, so the call is
 * linked once, by name, through the resolver that the loader has installed. Linking never throws:
 * where it fails the call site becomes a no-op of the right type, the failure is counted through
 * {@link Mesh#internalError} and the application runs on as if this place were not woven.
 */
public final class AdviceDispatch {
  private static volatile @Nullable Resolver resolver;

  private AdviceDispatch() {}

  /** Finds the advice of a woven call site; installed by the loader. */
  public interface Resolver {

    /**
     * Finds the advice method for a woven class.
     *
     * @param woven class that holds the call site
     * @param module class name of the instrumentation module that the advice belongs to
     * @param advice class name of the advice, in that module's package
     * @param method name of the static advice method
     * @param descriptor the advice method's own descriptor, before types were erased for the call
     */
    MethodHandle resolve(
        Class<?> woven, String module, String advice, String method, String descriptor)
        throws Throwable;
  }

  /** Puts {@code next} in charge of linking; call sites already linked keep their target. */
  public static void install(Resolver next) {
    resolver = next;
  }

  /** Links one call site for good. Called by the JVM; the arguments are those of the resolver. */
  public static CallSite bootstrap(
      MethodHandles.Lookup caller,
      String method,
      MethodType type,
      String module,
      String advice,
      String descriptor) {
    try {
      Resolver current = resolver;
      if (current == null) {
        throw new IllegalStateException("No resolver is installed for the advice " + advice);
      }
      MethodHandle target =
          current.resolve(caller.lookupClass(), module, advice, method, descriptor);
      return new ConstantCallSite(target.asType(type));
    } catch (Throwable failure) {
      failed(failure, advice);
      return new ConstantCallSite(MethodHandles.empty(type));
    }
  }

  /** Takes what an advice has thrown. Called by woven code in place of the application's notice. */
  public static void failed(Throwable failure, String advice) {
    Mesh.internalError(advice, failure);
  }
}
