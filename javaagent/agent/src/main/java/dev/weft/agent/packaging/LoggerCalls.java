package dev.weft.agent.packaging;

import java.util.HashSet;
import java.util.Set;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.jspecify.annotations.Nullable;

/** Fails the build when carried code calls a logger method that our stand-in does not have. */
final class LoggerCalls {
  private final Set<String> offered = new HashSet<>();

  /**
   * @param carriedLogger class file of the stand-in
   */
  LoggerCalls(byte[] carriedLogger) {
    new ClassReader(carriedLogger)
        .accept(
            new ClassVisitor(Opcodes.ASM9) {
              @Override
              public @Nullable MethodVisitor visitMethod(
                  int access,
                  String name,
                  String descriptor,
                  @Nullable String signature,
                  String @Nullable [] exceptions) {
                offered.add(name + descriptor);
                return null;
              }
            },
            0);
  }

  void check(String caller, byte[] relocated) {
    new ClassReader(relocated)
        .accept(
            new ClassVisitor(Opcodes.ASM9) {
              @Override
              public MethodVisitor visitMethod(
                  int access,
                  String name,
                  String descriptor,
                  @Nullable String signature,
                  String @Nullable [] exceptions) {
                return new Calls(caller);
              }
            },
            ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
  }

  private final class Calls extends MethodVisitor {
    private final String caller;

    Calls(String caller) {
      super(Opcodes.ASM9);
      this.caller = caller;
    }

    @Override
    public void visitMethodInsn(
        int opcode, String owner, String name, String descriptor, boolean isInterface) {
      if (owner.equals(Relocation.CARRIED_LOGGER) && !offered.contains(name + descriptor)) {
        throw new IllegalStateException(
            caller + " calls Logger." + name + descriptor + ". Add it to CarriedLogger.");
      }
    }
  }
}
