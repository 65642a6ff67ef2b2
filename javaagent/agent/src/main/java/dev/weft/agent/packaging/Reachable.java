package dev.weft.agent.packaging;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.FieldVisitor;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.commons.ClassRemapper;
import net.bytebuddy.jar.asm.commons.Remapper;
import org.jspecify.annotations.Nullable;

/**
 * Finds the third-party classes that our own can reach: by reference, by a string constant that is
 * a class name, or as a service of a reachable interface. What is found otherwise (names built at
 * run time) must be listed by the caller.
 */
final class Reachable {
  private final ClassPathContent content;
  private final SortedMap<String, SortedMap<String, byte[]>> services;
  private final Set<String> found = new HashSet<>();
  private final Deque<String> open = new ArrayDeque<>();

  private Reachable(ClassPathContent content) {
    this.content = content;
    services = content.services();
  }

  /** Returns internal names, those of {@code roots} among them. */
  static Set<String> from(Iterable<String> roots, ClassPathContent content) {
    Reachable reachable = new Reachable(content);
    roots.forEach(reachable::reach);
    reachable.follow();
    return reachable.found;
  }

  /** Provider names of a service file, in order. */
  static List<String> providers(byte[] serviceFile) {
    return new String(serviceFile, java.nio.charset.StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.replaceFirst("#.*", "").trim())
        .filter(line -> !line.isEmpty())
        .toList();
  }

  private void follow() {
    while (!open.isEmpty()) {
      String name = open.pop();
      byte[] code = content.classFile(name);
      // The library that an instrumentation names is the application's; only the host's types are
      // carried.
      boolean hostTypesOnly = Layout.of(name) == Layout.INSTRUMENTATION;
      new ClassReader(code)
          .accept(
              new ClassRemapper(new Nothing(), new Collector(hostTypesOnly)),
              ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
      SortedMap<String, byte[]> provided = services.get(name.replace('/', '.'));
      if (provided != null) {
        for (byte[] file : provided.values()) {
          for (String provider : new TreeSet<>(providers(file))) {
            reach(provider.replace('.', '/'));
          }
        }
      }
    }
  }

  private void reach(String internalName) {
    if (content.files().containsKey(internalName + ".class") && found.add(internalName)) {
      open.push(internalName);
    }
  }

  /** Makes nothing of what is visited, but lets bodies be visited. */
  private static final class Nothing extends ClassVisitor {
    Nothing() {
      super(Opcodes.ASM9);
    }

    @Override
    public FieldVisitor visitField(
        int access,
        String name,
        String descriptor,
        @Nullable String signature,
        @Nullable Object value) {
      return new FieldVisitor(Opcodes.ASM9) {};
    }

    @Override
    public MethodVisitor visitMethod(
        int access,
        String name,
        String descriptor,
        @Nullable String signature,
        String @Nullable [] exceptions) {
      return new MethodVisitor(Opcodes.ASM9) {};
    }
  }

  private final class Collector extends Remapper {
    private final boolean hostTypesOnly;

    Collector(boolean hostTypesOnly) {
      super(Opcodes.ASM9);
      this.hostTypesOnly = hostTypesOnly;
    }

    @Override
    public String map(String name) {
      if (!hostTypesOnly || AgentJars.isHostType(name)) {
        reach(name);
      }
      return name;
    }

    @Override
    public Object mapValue(Object value) {
      if (value instanceof String && !hostTypesOnly) {
        reach(((String) value).replace('.', '/'));
      }
      return super.mapValue(value);
    }
  }
}
