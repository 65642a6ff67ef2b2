package dev.weft.agent.packaging;

import java.util.Set;
import java.util.function.Predicate;
import net.bytebuddy.jar.asm.AnnotationVisitor;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.commons.ClassRemapper;
import net.bytebuddy.jar.asm.commons.Remapper;
import org.jspecify.annotations.Nullable;

/**
 * Moves carried classes below {@code dev.weft.shaded}. Exact: a name is changed if and only if a
 * class of that name is carried, in references and in string constants that are nothing but such a
 * name.
 *
 * <p>Instrumentations are special: the library they name is the application's, even if we carry a
 * copy of it for ourselves (gRPC); only the host's types move in them, and no strings.
 */
final class Relocation {
  static final String SHADED = "dev/weft/shaded/";
  private static final String JUL_LOGGER = "java/util/logging/Logger";
  static final String CARRIED_LOGGER = "dev/weft/loader/jul/CarriedLogger";

  private final Set<String> carried;
  private final Predicate<String> hostTypes;
  private final boolean replaceLogger;
  private final boolean publicHelpers;

  /**
   * @param carried internal names of all third-party classes on the class path, pruned or not
   * @param hostTypes which of them instrumentations mean when they name them
   * @param replaceLogger whether carried code logs through our logger in place of the JDK's
   * @param publicHelpers whether the host may copy advice into the library's classes; see {@link
   *     HelpersMadePublic}
   */
  Relocation(
      Set<String> carried,
      Predicate<String> hostTypes,
      boolean replaceLogger,
      boolean publicHelpers) {
    this.carried = carried;
    this.hostTypes = hostTypes;
    this.replaceLogger = replaceLogger;
    this.publicHelpers = publicHelpers;
  }

  /** Returns the name after relocation of a class that {@link Layout#WEFT} code names. */
  String moved(String internalName) {
    return carried.contains(internalName) ? SHADED + internalName : internalName;
  }

  /** Returns the relocated class file. */
  byte[] apply(String internalName, byte[] code) {
    Layout layout = Layout.of(internalName);
    if (layout == Layout.SEAM || layout == Layout.PREMAIN) {
      return code;
    }
    ClassReader reader = new ClassReader(code);
    ClassWriter writer = new ClassWriter(0);
    Remapper names = layout == Layout.INSTRUMENTATION ? new HostTypes() : new AllCarried(layout);
    ClassVisitor last =
        publicHelpers && layout == Layout.INSTRUMENTATION ? new HelpersMadePublic(writer) : writer;
    ClassVisitor remapped = new ClassRemapper(last, names);
    reader.accept(layout == Layout.THIRD_PARTY ? new Lean(remapped) : remapped, 0);
    return writer.toByteArray();
  }

  /**
   * Leaves out names of local variables, which only a debugger reads, and Kotlin's metadata, which
   * only its compiler and full reflection read; line numbers stay.
   */
  private static final class Lean extends ClassVisitor {
    Lean(ClassVisitor next) {
      super(Opcodes.ASM9, next);
    }

    @Override
    public @Nullable AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
      return descriptor.endsWith("Lkotlin/Metadata;")
          ? null
          : super.visitAnnotation(descriptor, visible);
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
      return new MethodVisitor(Opcodes.ASM9, next) {
        @Override
        public void visitLocalVariable(
            String local, String type, String generic, Label start, Label end, int slot) {}
      };
    }
  }

  private final class HostTypes extends Remapper {
    HostTypes() {
      super(Opcodes.ASM9);
    }

    @Override
    public String map(String name) {
      return hostTypes.test(name) ? moved(name) : name;
    }
  }

  private final class AllCarried extends Remapper {
    private final boolean logger;

    AllCarried(Layout layout) {
      super(Opcodes.ASM9);
      this.logger = replaceLogger && layout == Layout.THIRD_PARTY;
    }

    @Override
    public String map(String name) {
      return logger && name.equals(JUL_LOGGER) ? CARRIED_LOGGER : moved(name);
    }

    @Override
    public Object mapValue(Object value) {
      if (value instanceof String) {
        String text = (String) value;
        if (text.indexOf('.') > 0 && text.indexOf('/') < 0) {
          String slashed = text.replace('.', '/');
          return carried.contains(slashed) ? moved(slashed).replace('/', '.') : text;
        }
        return text.indexOf('/') > 0 && carried.contains(text) ? moved(text) : text;
      }
      return super.mapValue(value);
    }
  }
}
