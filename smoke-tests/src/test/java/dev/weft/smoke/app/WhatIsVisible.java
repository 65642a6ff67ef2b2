package dev.weft.smoke.app;

/** Prints what an application sees of an agent. */
public final class WhatIsVisible {
  private WhatIsVisible() {}

  public static void main(String[] arguments) {
    System.out.println("main thread has the application's class loader: " + ownContext());
    for (String name :
        new String[] {
          "dev.weft.loader.Weaver",
          "dev.weft.extension.AgentStart",
          "dev.weft.engine.Engine",
          "dev.weft.shaded.net.bytebuddy.ByteBuddy",
          "net.bytebuddy.ByteBuddy",
          "io.grpc.Channel"
        }) {
      try {
        Class.forName(name);
        System.out.println(name + " is visible");
      } catch (ClassNotFoundException hidden) {
        System.out.println(name + " is hidden");
      }
    }
    System.out.println("JDK internals are open: " + internals());
    System.out.println("seam from the bootstrap loader: " + seam());
  }

  private static boolean ownContext() {
    return Thread.currentThread().getContextClassLoader() == WhatIsVisible.class.getClassLoader();
  }

  private static boolean internals() {
    Module own = WhatIsVisible.class.getModule();
    return Object.class.getModule().isExported("jdk.internal.misc", own);
  }

  private static boolean seam() {
    try {
      return Class.forName("dev.weft.bootstrap.Mesh").getClassLoader() == null;
    } catch (ClassNotFoundException absent) {
      return false;
    }
  }
}
