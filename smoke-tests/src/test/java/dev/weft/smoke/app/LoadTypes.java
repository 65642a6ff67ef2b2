package dev.weft.smoke.app;

/** Loads the types named by its arguments and prints those that are there. */
public final class LoadTypes {
  private LoadTypes() {}

  public static void main(String[] types) {
    for (String type : types) {
      try {
        Class.forName(type, true, LoadTypes.class.getClassLoader());
        System.out.println(type);
      } catch (ClassNotFoundException absent) {
        System.err.println("absent: " + type);
      }
    }
  }
}
