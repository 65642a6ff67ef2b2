package dev.weft.control.compile;

import com.google.protobuf.BoolValue;
import dev.weft.control.source.VirtualService.Match;
import dev.weft.control.source.VirtualService.Text;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.QueryParameterMatcher;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Match conditions. Source: {@code envoy.config.route.v3.RouteMatch}. */
final class Matches {
  private Matches() {}

  static RouteMatch match(Match match) {
    RouteMatch.Builder built = RouteMatch.newBuilder();
    path(built, match.uri());
    if (match.uri() != null && match.uri().kind() != Text.Kind.REGEX) {
      built.setCaseSensitive(BoolValue.of(!match.ignoreUriCase()));
    }
    new TreeMap<>(match.headers())
        .forEach((name, text) -> built.addHeaders(header(name, text, false)));
    new TreeMap<>(match.withoutHeaders())
        .forEach((name, text) -> built.addHeaders(header(name, text, true)));
    if (match.method() != null) {
      built.addHeaders(header(":method", match.method(), false));
    }
    if (match.authority() != null) {
      built.addHeaders(header(":authority", match.authority(), false));
    }
    new TreeMap<>(match.query())
        .forEach(
            (name, text) -> {
              QueryParameterMatcher.Builder query =
                  QueryParameterMatcher.newBuilder().setName(name);
              if (text.kind() == Text.Kind.PRESENT) {
                query.setPresentMatch(true);
              } else {
                query.setStringMatch(string(text));
              }
              built.addQueryParameters(query);
            });
    return built.build();
  }

  private static void path(RouteMatch.Builder built, @Nullable Text uri) {
    if (uri == null) {
      built.setPrefix("/");
      return;
    }
    switch (uri.kind()) {
      case EXACT -> built.setPath(uri.value());
      case PREFIX -> built.setPrefix(uri.value());
      case REGEX -> built.setSafeRegex(RegexMatcher.newBuilder().setRegex(uri.value()));
      case PRESENT -> built.setPrefix("/");
    }
  }

  private static HeaderMatcher header(String name, Text text, boolean invert) {
    HeaderMatcher.Builder header = HeaderMatcher.newBuilder().setName(name).setInvertMatch(invert);
    if (text.kind() == Text.Kind.PRESENT) {
      header.setPresentMatch(true);
    } else {
      header.setStringMatch(string(text));
    }
    return header.build();
  }

  private static StringMatcher string(Text text) {
    StringMatcher.Builder matcher = StringMatcher.newBuilder();
    switch (text.kind()) {
      case EXACT -> matcher.setExact(text.value());
      case PREFIX -> matcher.setPrefix(text.value());
      default -> matcher.setSafeRegex(RegexMatcher.newBuilder().setRegex(text.value()));
    }
    return matcher.build();
  }
}
