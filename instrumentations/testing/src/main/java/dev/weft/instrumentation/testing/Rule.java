package dev.weft.instrumentation.testing;

import dev.weft.model.Fault;
import dev.weft.model.HeaderMatch;
import dev.weft.model.HeaderMutation;
import dev.weft.model.PathMatch;
import dev.weft.model.RetryPolicy;
import dev.weft.model.Route;
import dev.weft.model.RouteAction;
import dev.weft.model.RouteMatch;
import dev.weft.model.StringMatch;
import dev.weft.model.WeightedCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A route of a {@link Service}, written down by hand. Mutable. */
public final class Rule {
  private final PathMatch path;
  private final List<HeaderMatch> headers = new ArrayList<>();
  private final List<Map.Entry<String, Integer>> shares = new ArrayList<>();
  private final List<String> remove = new ArrayList<>();
  private final List<HeaderMutation.Add> add = new ArrayList<>();
  private final List<HeaderMutation.Add> addToResponse = new ArrayList<>();
  private RouteAction.@Nullable PathRewrite rewrite;
  private @Nullable String authority;
  private Duration timeout = Duration.ZERO;
  private @Nullable RetryPolicy retry;
  private @Nullable Fault fault;
  private @Nullable RouteAction other;

  private Rule(PathMatch path) {
    this.path = path;
  }

  /** Matches every path. */
  public static Rule any() {
    return prefix("/");
  }

  /** Matches paths that begin with this. */
  public static Rule prefix(String prefix) {
    return new Rule(new PathMatch.Prefix(prefix, true));
  }

  /** Matches this path. */
  public static Rule exact(String path) {
    return new Rule(new PathMatch.Exact(path, true));
  }

  /** Matches paths by a regular expression. */
  public static Rule regex(String regex) {
    return new Rule(new PathMatch.Regex(regex));
  }

  /** And only this method. */
  public Rule method(String method) {
    return header(":method", method);
  }

  /** And only with this header value. */
  public Rule header(String name, String value) {
    headers.add(
        new HeaderMatch(
            name,
            new HeaderMatch.Condition.Value(new StringMatch.Exact(value, false)),
            false,
            false));
    return this;
  }

  /** Sends to a subset. */
  public Rule to(String subset) {
    return share(subset, 100);
  }

  /** Sends a share to a subset; shares are relative to their sum. */
  public Rule share(String subset, int weight) {
    shares.add(Map.entry(subset, weight));
    return this;
  }

  /** Answers itself. */
  public Rule answering(int status, String body) {
    other = new RouteAction.DirectResponse(status, body);
    return this;
  }

  /** Hands the call back to the library. */
  public Rule passingThrough() {
    other = new RouteAction.Passthrough();
    return this;
  }

  /** Sets a request header. */
  public Rule settingHeader(String name, String value) {
    add.add(new HeaderMutation.Add(name, value, HeaderMutation.Append.OVERWRITE_IF_EXISTS_OR_ADD));
    return this;
  }

  /** Adds a request header beside those there are. */
  public Rule addingHeader(String name, String value) {
    add.add(new HeaderMutation.Add(name, value, HeaderMutation.Append.APPEND_IF_EXISTS_OR_ADD));
    return this;
  }

  /** Removes a request header. */
  public Rule removingHeader(String name) {
    remove.add(name);
    return this;
  }

  /** Sets a response header. */
  public Rule settingResponseHeader(String name, String value) {
    addToResponse.add(
        new HeaderMutation.Add(name, value, HeaderMutation.Append.OVERWRITE_IF_EXISTS_OR_ADD));
    return this;
  }

  /** Replaces the matched prefix. */
  public Rule rewritingPrefix(String replacement) {
    rewrite = new RouteAction.PathRewrite.Prefix(replacement);
    return this;
  }

  /** Replaces Host. */
  public Rule rewritingHost(String host) {
    authority = host;
    return this;
  }

  /** Limits the whole call. */
  public Rule within(Duration limit) {
    timeout = limit;
    return this;
  }

  /** Retries up to so many times, with a base backoff of 5 ms. */
  public Rule retrying(int retries, RetryPolicy.On... on) {
    return retrying(retries, Duration.ZERO, on);
  }

  /** Retries up to so many times with a limit on each try. */
  public Rule retrying(int retries, Duration perTry, RetryPolicy.On... on) {
    retry =
        new RetryPolicy(
            Set.of(on),
            Set.of(),
            retries,
            perTry,
            Duration.ofMillis(5),
            Duration.ofMillis(20),
            true,
            false);
    return this;
  }

  /** Answers a share of calls, per million, with a status. */
  public Rule aborting(int status, int perMillion) {
    fault =
        new Fault(fault == null ? null : fault.delay(), new Fault.Abort(status, -1, perMillion));
    return this;
  }

  /** Delays every call. */
  public Rule delaying(Duration delay) {
    fault =
        new Fault(new Fault.Delay(delay, RouteMatch.MILLION), fault == null ? null : fault.abort());
    return this;
  }

  Route route(Service service) {
    RouteAction action =
        other != null
            ? other
            : new RouteAction.Forward(
                shares.stream()
                    .map(
                        share ->
                            new WeightedCluster(
                                service.cluster(share.getKey()),
                                share.getValue(),
                                HeaderMutation.NONE,
                                HeaderMutation.NONE))
                    .toList(),
                rewrite,
                authority,
                timeout,
                retry,
                List.of(),
                List.of());
    return new Route(
        "rule",
        new RouteMatch(path, headers, List.of(), RouteMatch.MILLION),
        action,
        new HeaderMutation(remove, add),
        new HeaderMutation(List.of(), addToResponse),
        fault);
  }
}
