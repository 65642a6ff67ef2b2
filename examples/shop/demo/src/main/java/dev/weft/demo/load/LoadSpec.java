package dev.weft.demo.load;

import java.util.Map;

/**
 * What to call and how often. In {@code url} and {@code body} the text <code>{n}</code> stands for
 * the number of the call and <code>{p}</code> for a product, 1 to 8.
 *
 * @param name names the run
 * @param rate calls a second, started whether or not earlier ones have ended
 * @param calls after so many the run ends by itself
 * @param keepAcknowledged whether to list the calls that were answered with success
 */
public record LoadSpec(
    String name,
    String method,
    String url,
    String body,
    Map<String, String> headers,
    double rate,
    int calls,
    boolean keepAcknowledged) {
  public LoadSpec {
    headers = Map.copyOf(headers);
  }

  /** GETs without headers. */
  public static LoadSpec get(String name, String url, double rate, int calls) {
    return new LoadSpec(name, "GET", url, "", Map.of(), rate, calls, false);
  }

  /** PUTs of JSON whose acknowledgements are listed. */
  public static LoadSpec put(String name, String url, String body, double rate, int calls) {
    return new LoadSpec(name, "PUT", url, body, Map.of(), rate, calls, true);
  }

  /** The same with a header. */
  public LoadSpec with(String header, String value) {
    return new LoadSpec(
        name, method, url, body, Map.of(header, value), rate, calls, keepAcknowledged);
  }

  String url(int n) {
    return fill(url, n);
  }

  String body(int n) {
    return fill(body, n);
  }

  private static String fill(String text, int n) {
    return text.replace("{n}", Integer.toString(n)).replace("{p}", Integer.toString(1 + n % 8));
  }
}
