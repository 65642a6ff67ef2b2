package dev.weft.loader;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Holds one instrumentation module's advice and helpers for one application class loader.
 *
 * <p>Its parent is the woven library's class loader. Classes of the module are defined here from
 * the agent's bytes, even if the parent has classes of the same names; the seam comes from the
 * bootstrap loader, even if the parent hides it; everything else is the parent's. So a helper sees
 * the library, the JDK and the seam, and nothing else of Weft.
 */
final class HelperClassLoader extends ClassLoader {
  static {
    registerAsParallelCapable();
  }

  private static final String SEAM = "dev.weft.bootstrap.";

  private final Predicate<String> ownClasses;
  private final @Nullable ClassLoader bytes;

  /**
   * @param ownClasses tells by class name what is defined here
   * @param bytes class loader whose resources are the bytes of those classes; null: the bootstrap
   *     loader
   */
  HelperClassLoader(
      String name, ClassLoader parent, Predicate<String> ownClasses, @Nullable ClassLoader bytes) {
    super(name, parent);
    this.ownClasses = ownClasses;
    this.bytes = bytes;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (name.startsWith(SEAM)) {
      return Class.forName(name, false, null);
    }
    if (!ownClasses.test(name)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : findClass(name);
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    String path = name.replace('.', '/') + ".class";
    try (InputStream in =
        bytes == null
            ? ClassLoader.getSystemResourceAsStream(path)
            : bytes.getResourceAsStream(path)) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] code = in.readAllBytes();
      return defineClass(name, code, 0, code.length, HelperClassLoader.class.getProtectionDomain());
    } catch (IOException unreadable) {
      throw new ClassNotFoundException(name, unreadable);
    }
  }

  /** Resources are the library's: a helper brings none. */
  @Override
  protected @Nullable URL findResource(String name) {
    return null;
  }
}
