package dev.weft.agent.packaging;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import net.bytebuddy.jar.asm.ClassReader;

/** Puts the seam's classes in an order in which they can be defined one by one. */
final class SeamOrder {
  private final ClassPathContent content;
  private final Set<String> ordered = new LinkedHashSet<>();

  private SeamOrder(ClassPathContent content) {
    this.content = content;
  }

  /** Returns internal names, one a line, supertypes first. */
  static byte[] list(ClassPathContent content) {
    SeamOrder order = new SeamOrder(content);
    for (String file : new TreeSet<>(content.files().keySet())) {
      if (file.endsWith(".class")) {
        order.add(file.substring(0, file.length() - ".class".length()));
      }
    }
    StringBuilder lines = new StringBuilder();
    order.ordered.forEach(name -> lines.append(name).append('\n'));
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void add(String name) {
    byte[] code = content.files().get(name + ".class");
    if (code == null || Layout.of(name) != Layout.SEAM || ordered.contains(name)) {
      return;
    }
    ClassReader reader = new ClassReader(code);
    add(reader.getSuperName());
    for (String each : reader.getInterfaces()) {
      add(each);
    }
    ordered.add(name);
  }
}
