package dev.weft.instrumentation.urlconnection;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * Finds package-private members as handles whose every type is {@code Object} (void becomes null),
 * so that callers can use {@code invokeExact} without naming the types. Remembers the first miss
 * instead of throwing.
 */
final class Members {
  private final String packageName;
  private @Nullable Throwable missing;

  Members(String packageName) {
    this.packageName = packageName;
  }

  @Nullable Throwable missing() {
    return missing;
  }

  void missing(Throwable what) {
    if (missing == null) {
      missing = what;
    }
  }

  Class<?> type(String name) {
    try {
      return Class.forName(packageName + name, false, Members.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      missing(e);
      return Void.class;
    }
  }

  /** A type that only some JDKs have; elsewhere a type that nothing takes. */
  Class<?> optionalType(String name) {
    try {
      return Class.forName(packageName + name, false, Members.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      return Void.class;
    }
  }

  MethodHandle getter(Class<?> owner, String name, Class<?> type) {
    return find(owner, 1, lookup -> lookup.findGetter(owner, name, type));
  }

  MethodHandle setter(Class<?> owner, String name, Class<?> type) {
    return find(owner, 2, lookup -> lookup.findSetter(owner, name, type));
  }

  /** A method that has one parameter list or another, or the last one's miss. */
  MethodHandle methodOf(Class<?> owner, String name, Class<?> result, Class<?>[]... parameters) {
    for (Class<?>[] each : parameters) {
      try {
        return MethodHandles.privateLookupIn(owner, MethodHandles.lookup())
            .findVirtual(owner, name, MethodType.methodType(result, each));
      } catch (ReflectiveOperationException | RuntimeException e) {
        if (each == parameters[parameters.length - 1]) {
          missing(e);
        }
      }
    }
    return MethodHandles.empty(MethodType.methodType(void.class, Object.class));
  }

  MethodHandle factory(Class<?> owner, String name, Class<?> result, Class<?>... parameters) {
    return find(
        owner,
        parameters.length,
        lookup -> lookup.findStatic(owner, name, MethodType.methodType(result, parameters)));
  }

  MethodHandle method(Class<?> owner, String name, Class<?> result, Class<?>... parameters) {
    return find(
        owner,
        1 + parameters.length,
        lookup -> lookup.findVirtual(owner, name, MethodType.methodType(result, parameters)));
  }

  MethodHandle constructor(Class<?> owner, Class<?>... parameters) {
    return find(
        owner,
        parameters.length,
        lookup -> lookup.findConstructor(owner, MethodType.methodType(void.class, parameters)));
  }

  private MethodHandle find(Class<?> owner, int arity, Search search) {
    MethodType type = MethodType.genericMethodType(arity);
    try {
      return search.in(MethodHandles.privateLookupIn(owner, MethodHandles.lookup())).asType(type);
    } catch (ReflectiveOperationException | RuntimeException e) {
      missing(e);
      return MethodHandles.empty(type);
    }
  }

  private interface Search {
    MethodHandle in(MethodHandles.Lookup lookup) throws ReflectiveOperationException;
  }
}
