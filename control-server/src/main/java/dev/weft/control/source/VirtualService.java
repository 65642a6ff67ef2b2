package dev.weft.control.source;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which calls go where: {@code networking.istio.io VirtualService}, its {@code http} routes.
 *
 * @param hosts as written; short names are relative to the document's namespace
 */
public record VirtualService(List<String> hosts, List<Http> http) implements Spec {
  public VirtualService {
    hosts = List.copyOf(hosts);
    http = List.copyOf(http);
  }

  /**
   * One rule: the first of which a match holds wins.
   *
   * @param matches any of them; empty: everything
   */
  public record Http(
      String name,
      List<Match> matches,
      Action action,
      @Nullable Fault fault,
      Headers requestHeaders,
      Headers responseHeaders) {
    public Http {
      matches = List.copyOf(matches);
    }
  }

  /**
   * Conditions, all of which must hold.
   *
   * @param port 0: any
   */
  public record Match(
      String name,
      @Nullable Text uri,
      boolean ignoreUriCase,
      @Nullable Text method,
      @Nullable Text authority,
      Map<String, Text> headers,
      Map<String, Text> withoutHeaders,
      Map<String, Text> query,
      int port) {
    public Match {
      headers = Map.copyOf(headers);
      withoutHeaders = Map.copyOf(withoutHeaders);
      query = Map.copyOf(query);
    }
  }

  /** {@code StringMatch}. */
  public record Text(Kind kind, String value) {
    /** Ways to compare. PRESENT is an empty StringMatch. */
    public enum Kind {
      EXACT,
      PREFIX,
      REGEX,
      PRESENT
    }
  }

  /** What happens to a matched call. */
  public sealed interface Action {}

  /** {@code route} and what goes with it. */
  public record Forward(
      List<Destination> destinations,
      @Nullable Rewrite rewrite,
      @Nullable Duration timeout,
      @Nullable Retries retries,
      List<Mirror> mirrors)
      implements Action {
    public Forward {
      destinations = List.copyOf(destinations);
      mirrors = List.copyOf(mirrors);
    }
  }

  /** {@code redirect}; null parts keep the request's. */
  public record Redirect(
      @Nullable String uri, @Nullable String authority, @Nullable String scheme, int port, int code)
      implements Action {}

  /** {@code directResponse}. */
  public record DirectResponse(int status, String body) implements Action {}

  /** A weighted destination; port 0: not given. */
  public record Destination(
      String host,
      String subset,
      int port,
      int weight,
      Headers requestHeaders,
      Headers responseHeaders) {}

  /** {@code rewrite}. */
  public record Rewrite(
      @Nullable String uri,
      @Nullable String regex,
      @Nullable String regexReplacement,
      @Nullable String authority) {}

  /** {@code retries}; null parts have Istio's defaults. */
  public record Retries(
      int attempts,
      @Nullable Duration perTryTimeout,
      @Nullable String retryOn,
      @Nullable Duration backoff) {}

  /** {@code mirrors}. */
  public record Mirror(Destination destination, double percent) {}

  /** {@code headers.request} or {@code headers.response}. */
  public record Headers(Map<String, String> set, Map<String, String> add, List<String> remove) {
    /** No change. */
    public static final Headers NONE = new Headers(Map.of(), Map.of(), List.of());

    public Headers {
      set = Map.copyOf(set);
      add = Map.copyOf(add);
      remove = List.copyOf(remove);
    }
  }

  /** {@code fault}. */
  public record Fault(@Nullable Delay delay, @Nullable Abort abort) {}

  /** {@code fault.delay}. */
  public record Delay(Duration fixed, double percent) {}

  /** {@code fault.abort}; grpcStatus -1: none. */
  public record Abort(int httpStatus, int grpcStatus, double percent) {}
}
