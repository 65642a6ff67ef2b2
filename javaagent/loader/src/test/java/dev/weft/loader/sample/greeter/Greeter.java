package dev.weft.loader.sample.greeter;

/** A library that tests weave. */
public class Greeter {
  public String greet(String name) {
    return "hello " + name;
  }

  public int shout(int times) {
    return times;
  }
}
