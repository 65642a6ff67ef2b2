package dev.weft.loader.sample.jdk;

import java.lang.reflect.Constructor;

/** A helper that reaches into a JDK package that its module has asked to be opened. */
public final class Reached {
  private Reached() {}

  public static boolean constructorsOpened() {
    try {
      for (Constructor<?> each :
          Class.forName("sun.net.www.http.HttpClient").getDeclaredConstructors()) {
        each.setAccessible(true);
      }
      return true;
    } catch (ClassNotFoundException | RuntimeException closed) {
      return false;
    }
  }
}
