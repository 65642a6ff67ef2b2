package dev.weft.loader;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.IntUnaryOperator;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.ClassFileVersion;
import net.bytebuddy.implementation.FixedValue;
import net.bytebuddy.implementation.MethodCall;

/** An application's class loader with its own copies of some classes, found or made. */
class Copies extends ClassLoader {
  Copies(ClassLoader parent) {
    super(parent);
  }

  Class<?> copy(Class<?> original) throws IOException {
    try (InputStream in =
        original.getResourceAsStream("/" + original.getName().replace('.', '/') + ".class")) {
      byte[] code = in.readAllBytes();
      return defineClass(original.getName(), code, 0, code.length);
    }
  }

  /**
   * Makes a class with a method {@code answer} that returns 41 when asked through the interface.
   */
  IntUnaryOperator make(String name, String method, ClassFileVersion version) throws Exception {
    byte[] code =
        new ByteBuddy(version)
            .subclass(Object.class)
            .name(name)
            .implement(IntUnaryOperator.class)
            .defineMethod(method, int.class, java.lang.reflect.Modifier.PUBLIC)
            .intercept(FixedValue.value(41))
            .method(net.bytebuddy.matcher.ElementMatchers.named("applyAsInt"))
            .intercept(MethodCall.invoke(net.bytebuddy.matcher.ElementMatchers.named(method)))
            .make()
            .getBytes();
    return (IntUnaryOperator)
        defineClass(name, code, 0, code.length, domain()).getConstructor().newInstance();
  }

  java.security.ProtectionDomain domain() {
    return Copies.class.getProtectionDomain();
  }
}
