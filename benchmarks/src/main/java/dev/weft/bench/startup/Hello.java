package dev.weft.bench.startup;

import java.net.HttpURLConnection;
import java.net.URI;

/**
 * The smallest application: says that main has begun, then idles. With a URL it calls it until the
 * first 200 and says so.
 */
public final class Hello {
  private Hello() {}

  /** Prints the marker lines {@code MAIN} and {@code CALLED}. */
  public static void main(String[] args) throws Exception {
    System.out.println("MAIN");
    if (args.length > 0) {
      callUntilAnswered(URI.create(args[0]));
      System.out.println("CALLED");
    }
    Thread.sleep(120_000);
  }

  private static void callUntilAnswered(URI uri) throws InterruptedException {
    for (int i = 0; i < 2_000; i++) {
      try {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setConnectTimeout(1_000);
        connection.setReadTimeout(1_000);
        if (connection.getResponseCode() == 200) {
          connection.getInputStream().readAllBytes();
          return;
        }
      } catch (java.io.IOException e) {
        // Not in the mesh yet: the name does not resolve until the first configuration is there.
      }
      Thread.sleep(10);
    }
    throw new IllegalStateException(uri + " never answered 200");
  }
}
