package dev.weft.agent.packaging;

import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.FieldVisitor;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * Makes package-private and protected classes and members of instrumentations public.
 *
 * <p>A stock OpenTelemetry agent in its injected mode copies the body of advice into the library's
 * class even where advice asks not to be inlined, so whatever advice touches is touched from
 * another package. Left package-private, a woven call of the JDK's client failed with {@code
 * IllegalAccessError}, which the host swallowed: the traffic went past the mesh. Private members
 * stay: only their own class names them.
 */
final class HelpersMadePublic extends ClassVisitor {
  HelpersMadePublic(ClassVisitor next) {
    super(Opcodes.ASM9, next);
  }

  @Override
  public void visit(
      int version,
      int access,
      String name,
      String signature,
      String superName,
      String[] interfaces) {
    super.visit(version, widened(access), name, signature, superName, interfaces);
  }

  @Override
  public void visitInnerClass(String name, String outer, String inner, int access) {
    super.visitInnerClass(
        name, outer, inner, name.startsWith("dev/weft/") ? widened(access) : access);
  }

  @Override
  public FieldVisitor visitField(
      int access, String name, String descriptor, String signature, Object value) {
    return super.visitField(widened(access), name, descriptor, signature, value);
  }

  @Override
  public MethodVisitor visitMethod(
      int access, String name, String descriptor, String signature, String[] exceptions) {
    return super.visitMethod(widened(access), name, descriptor, signature, exceptions);
  }

  private static int widened(int access) {
    return (access & Opcodes.ACC_PRIVATE) != 0
        ? access
        : access & ~Opcodes.ACC_PROTECTED | Opcodes.ACC_PUBLIC;
  }
}
