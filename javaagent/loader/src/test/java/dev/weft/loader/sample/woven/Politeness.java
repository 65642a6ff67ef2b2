package dev.weft.loader.sample.woven;

/** A helper that the woven class cannot see. */
public final class Politeness {
  private final String name;

  public Politeness(String name) {
    this.name = name;
  }

  public String improve(String greeting) {
    if (name.equals("trouble")) {
      throw new IllegalStateException("advice in trouble");
    }
    return greeting + ", pleased to meet you";
  }
}
