package dev.weft.smoke.harm.app;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * The application: reads {@code CLIENT INDEX} from standard input, runs that shape with that client
 * and prints what it observed, Base64 in a line that begins with {@code RESULT}.
 *
 * <p>Arguments: server port, port that refuses, and {@code plant} to differ on purpose.
 */
public final class HarmApp {
  private HarmApp() {}

  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(args[0]);
    int refused = Integer.parseInt(args[1]);
    boolean plant = args.length > 2 && args[2].equals("plant");
    List<Shape> shapes = Shape.all();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] parts = line.split(" ");
      int index = Integer.parseInt(parts[1]);
      String seen =
          parts[0].equals("grpc")
              ? GrpcCase.values()[index].run(port, refused)
              : run(parts[0], shapes.get(index), port, refused, plant);
      System.out.println(
          "RESULT " + Base64.getEncoder().encodeToString(seen.getBytes(StandardCharsets.UTF_8)));
      System.out.flush();
    }
  }

  private static String run(String client, Shape shape, int port, int refused, boolean plant) {
    int target = shape.option().equals("refused") ? refused : port;
    String url = "http://127.0.0.1:" + target + "/" + shape.server();
    boolean differs = plant && shape.method().equals("DELETE");
    StringBuilder seen = new StringBuilder();
    try (HarmClient http = HarmClient.of(client, shape, port, differs)) {
      for (int i = 0; i < shape.repeats(); i++) {
        seen.append(outcome(http, url)).append('\n');
      }
    } catch (Exception e) {
      seen.append("close: ").append(chain(e));
    }
    return seen.toString();
  }

  private static String outcome(HarmClient http, String url) {
    try {
      return http.send(url);
    } catch (Exception e) {
      return chain(e);
    }
  }

  static String chain(Throwable failure) {
    StringBuilder text = new StringBuilder();
    for (Throwable t = failure; t != null; t = t.getCause()) {
      text.append(t.getClass().getName()).append(": ").append(t.getMessage()).append("; ");
    }
    return text.toString();
  }
}
