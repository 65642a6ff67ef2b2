package dev.weft.agent.packaging;

import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.jspecify.annotations.Nullable;

/**
 * Lets carried protobuf believe that there is no {@code sun.misc.Unsafe}. It then takes its plain
 * Java paths, and newer JDKs (24 on, JEP 498) do not print four lines of warning into the
 * application's standard error, or use up the one warning that the application's own code would
 * get.
 */
final class WithoutUnsafe extends ClassVisitor {
  private static final String PATCHED = "com/google/protobuf/UnsafeUtil";
  private static final String METHOD = "getUnsafe";

  private boolean found;

  private WithoutUnsafe(ClassVisitor next) {
    super(Opcodes.ASM9, next);
  }

  /**
   * Returns the class file to carry.
   *
   * @throws IllegalStateException if protobuf asks for Unsafe in another place than before
   */
  static byte[] apply(String internalName, byte[] code) {
    if (!internalName.equals(PATCHED)) {
      return code;
    }
    ClassWriter writer = new ClassWriter(0);
    WithoutUnsafe patch = new WithoutUnsafe(writer);
    new ClassReader(code).accept(patch, 0);
    if (!patch.found) {
      throw new IllegalStateException(
          PATCHED + " has no " + METHOD + " any more. See how protobuf gets at Unsafe now.");
    }
    return writer.toByteArray();
  }

  @Override
  public @Nullable MethodVisitor visitMethod(
      int access, String name, String descriptor, String signature, String[] exceptions) {
    MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
    if (!name.equals(METHOD)) {
      return next;
    }
    found = true;
    next.visitCode();
    next.visitInsn(Opcodes.ACONST_NULL);
    next.visitInsn(Opcodes.ARETURN);
    next.visitMaxs(1, 0);
    next.visitEnd();
    return null;
  }
}
