package dev.weft.loader.sample.woven;

/** A helper that the woven class cannot see. */
public final class Politeness {
  private static int made;

  private final String name;

  public Politeness(String name) {
    this.name = name;
    made++;
  }

  public String improve(String greeting) {
    switch (name) {
      case "trouble":
        throw new IllegalStateException("advice in trouble");
      case "counter":
        return "made " + made;
      default:
        return greeting + ", pleased to meet you";
    }
  }
}
