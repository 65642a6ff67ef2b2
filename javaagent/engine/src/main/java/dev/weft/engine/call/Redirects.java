package dev.weft.engine.call;

import dev.weft.engine.route.CompiledAction;
import dev.weft.engine.route.PathRewriter;
import dev.weft.engine.route.RouteTable;
import dev.weft.model.RouteAction;

/** Makes the {@code location} of a redirect. Parts that the rule leaves out are the request's. */
final class Redirects {
  private Redirects() {}

  /**
   * @param authority of the request, with port if it names one
   * @param path and query of the request
   */
  static String location(
      CompiledAction.Redirect action, String requestScheme, String authority, String path) {
    RouteAction.Redirect rule = action.redirect();
    String scheme = rule.scheme() == null ? requestScheme : rule.scheme();
    int colon = authority.lastIndexOf(':');
    boolean hasPort = colon > authority.lastIndexOf(']') && colon >= 0;
    String host = hasPort ? authority.substring(0, colon) : authority;
    String port = hasPort ? authority.substring(colon + 1) : "";
    if (!scheme.equals(requestScheme) || rule.host() != null) {
      port = "";
    }
    if (rule.host() != null) {
      host = rule.host();
    }
    if (rule.port() != 0) {
      port = Integer.toString(rule.port());
    }
    if (port.equals(scheme.equals("https") ? "443" : "80")) {
      port = "";
    }
    int end = RouteTable.pathEnd(path);
    PathRewriter rewriter = action.path();
    String target = rewriter == null ? path : rewriter.rewrite(path, end);
    if (rule.stripQuery()) {
      target = target.substring(0, RouteTable.pathEnd(target));
    }
    return scheme + "://" + host + (port.isEmpty() ? "" : ":" + port) + target;
  }
}
