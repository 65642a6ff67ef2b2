package dev.weft.loader.premain;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;

/**
 * Loads the agent proper from the entries below {@link #PREFIX} of its jar, where no other class
 * loader finds them.
 *
 * <p>All carried code is in packages below {@code dev.weft}, so one look at the name tells whether
 * a class is ours; everything else is the JDK's. No URL, manifest or signature is looked at on the
 * way to a class: that is what makes it quicker than a {@link java.net.URLClassLoader}.
 */
public final class AgentClassLoader extends ClassLoader {
  static {
    registerAsParallelCapable();
  }

  /** Folder of the jar that holds the agent proper. */
  public static final String PREFIX = "inst/";

  private static final int BUFFER_BYTES = 48 * 1024;

  private final JarFile jar;
  private final File file;

  /**
   * What class files are read into; taken out while in use. A thousand of our classes load in the
   * first second: reading each into fresh arrays was half of all that a start allocated, and until
   * the first collection each allocated byte is a byte of resident memory.
   */
  private final AtomicReference<byte @Nullable []> buffer =
      new AtomicReference<>(new byte[BUFFER_BYTES]);

  public AgentClassLoader(JarFile jar, File file) {
    super("weft", ClassLoader.getPlatformClassLoader());
    this.jar = jar;
    this.file = file;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith("dev.weft.") || name.startsWith("dev.weft.bootstrap.")) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : findClass(name);
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    ZipEntry entry = entry(name.replace('.', '/').concat(".class"));
    if (entry == null) {
      throw new ClassNotFoundException(name);
    }
    int size = (int) entry.getSize();
    byte[] taken = buffer.getAndSet(null);
    byte[] code = taken != null && size <= taken.length ? taken : new byte[size];
    try (InputStream in = jar.getInputStream(entry)) {
      int read = in.readNBytes(code, 0, size);
      return defineClass(name, code, 0, read);
    } catch (IOException unreadable) {
      throw new ClassNotFoundException(name, unreadable);
    } finally {
      if (taken != null) {
        buffer.set(taken);
      }
    }
  }

  @Override
  public @Nullable InputStream getResourceAsStream(String name) {
    ZipEntry entry = entry(name);
    if (entry == null) {
      return super.getResourceAsStream(name);
    }
    try {
      return jar.getInputStream(entry);
    } catch (IOException unreadable) {
      return null;
    }
  }

  @Override
  @SuppressWarnings("deprecation") // The URI form costs more and gives the same URL.
  protected @Nullable URL findResource(String name) {
    if (entry(name) == null) {
      return null;
    }
    try {
      return new URL("jar:".concat(file.toURI().toString()).concat("!/" + PREFIX).concat(name));
    } catch (MalformedURLException impossible) {
      return null;
    }
  }

  @Override
  protected Enumeration<URL> findResources(String name) {
    URL found = findResource(name);
    return found == null ? Collections.emptyEnumeration() : Collections.enumeration(List.of(found));
  }

  private @Nullable ZipEntry entry(String path) {
    return jar.getEntry(PREFIX.concat(path));
  }
}
