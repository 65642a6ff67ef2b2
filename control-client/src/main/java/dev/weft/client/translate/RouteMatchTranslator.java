package dev.weft.client.translate;

import dev.weft.model.HeaderMatch;
import dev.weft.model.PathMatch;
import dev.weft.model.QueryMatch;
import dev.weft.model.StringMatch;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.QueryParameterMatcher;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code envoy.config.route.v3.RouteMatch}. A condition that we do not know may not be left out:
 * the route would take calls that it must not take. So it fails the route.
 */
final class RouteMatchTranslator {
  private static final String URI_TEMPLATE =
      "type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig";
  private static final MessageFields FIELDS =
      new MessageFields()
          .known(
              RouteMatch.PREFIX_FIELD_NUMBER,
              RouteMatch.PATH_FIELD_NUMBER,
              RouteMatch.SAFE_REGEX_FIELD_NUMBER,
              RouteMatch.PATH_SEPARATED_PREFIX_FIELD_NUMBER,
              RouteMatch.PATH_MATCH_POLICY_FIELD_NUMBER,
              RouteMatch.CASE_SENSITIVE_FIELD_NUMBER,
              RouteMatch.RUNTIME_FRACTION_FIELD_NUMBER,
              RouteMatch.HEADERS_FIELD_NUMBER,
              RouteMatch.QUERY_PARAMETERS_FIELD_NUMBER,
              RouteMatch.GRPC_FIELD_NUMBER);

  private RouteMatchTranslator() {}

  static dev.weft.model.RouteMatch translate(RouteMatch m) throws TranslationException {
    List<String> unknown = new ArrayList<>(0);
    FIELDS.scan(m.toByteString(), "match", RouteMatch::getDescriptor, unknown::add);
    if (!unknown.isEmpty()) {
      throw new TranslationException("it has conditions that are not supported: " + unknown);
    }
    List<HeaderMatch> headers = new ArrayList<>(m.getHeadersCount());
    for (HeaderMatcher h : m.getHeadersList()) {
      headers.add(header(h));
    }
    if (m.hasGrpc()) {
      headers.add(
          new HeaderMatch(
              "content-type",
              new HeaderMatch.Condition.Value(new StringMatch.Regex("application/grpc(\\+.*)?")),
              /* invert= */ false,
              /* missingAsEmpty= */ false));
    }
    List<QueryMatch> query = new ArrayList<>(m.getQueryParametersCount());
    for (QueryParameterMatcher q : m.getQueryParametersList()) {
      query.add(query(q));
    }
    int share =
        m.hasRuntimeFraction()
            ? Shares.perMillion(m.getRuntimeFraction())
            : dev.weft.model.RouteMatch.MILLION;
    return new dev.weft.model.RouteMatch(path(m), headers, query, share);
  }

  private static PathMatch path(RouteMatch m) throws TranslationException {
    boolean caseSensitive = !m.hasCaseSensitive() || m.getCaseSensitive().getValue();
    return switch (m.getPathSpecifierCase()) {
      case PREFIX -> new PathMatch.Prefix(m.getPrefix(), caseSensitive);
      case PATH -> new PathMatch.Exact(m.getPath(), caseSensitive);
      case SAFE_REGEX ->
          new PathMatch.Regex(StringMatchTranslator.regex("match.safe_regex", m.getSafeRegex()));
      case PATH_SEPARATED_PREFIX ->
          new PathMatch.SegmentPrefix(m.getPathSeparatedPrefix(), caseSensitive);
      case PATH_MATCH_POLICY -> template(m);
      case CONNECT_MATCHER, PATHSPECIFIER_NOT_SET ->
          throw new TranslationException(
              "match has "
                  + m.getPathSpecifierCase()
                  + "; use prefix, path, safe_regex, path_separated_prefix or a URI template");
    };
  }

  private static PathMatch template(RouteMatch m) throws TranslationException {
    if (!m.getPathMatchPolicy().getTypedConfig().getTypeUrl().equals(URI_TEMPLATE)) {
      throw new TranslationException(
          "match.path_match_policy is "
              + m.getPathMatchPolicy().getTypedConfig().getTypeUrl()
              + "; use a URI template");
    }
    return new PathMatch.Template(
        Unpacked.of(m.getPathMatchPolicy().getTypedConfig(), UriTemplateMatchConfig.parser())
            .getPathTemplate());
  }

  private static HeaderMatch header(HeaderMatcher h) throws TranslationException {
    String field = "match.headers[" + h.getName() + "]";
    HeaderMatch.Condition condition =
        switch (h.getHeaderMatchSpecifierCase()) {
          case EXACT_MATCH -> value(new StringMatch.Exact(h.getExactMatch(), false));
          case SAFE_REGEX_MATCH ->
              value(
                  new StringMatch.Regex(StringMatchTranslator.regex(field, h.getSafeRegexMatch())));
          case RANGE_MATCH ->
              new HeaderMatch.Condition.Range(
                  h.getRangeMatch().getStart(), h.getRangeMatch().getEnd());
          case PRESENT_MATCH -> new HeaderMatch.Condition.Present(h.getPresentMatch());
          case PREFIX_MATCH -> value(new StringMatch.Prefix(h.getPrefixMatch(), false));
          case SUFFIX_MATCH -> value(new StringMatch.Suffix(h.getSuffixMatch(), false));
          case CONTAINS_MATCH -> value(new StringMatch.Contains(h.getContainsMatch(), false));
          case STRING_MATCH -> value(StringMatchTranslator.translate(field, h.getStringMatch()));
          // Envoy: a matcher without a specifier asks for presence.
          case HEADERMATCHSPECIFIER_NOT_SET -> new HeaderMatch.Condition.Present(true);
        };
    return new HeaderMatch(
        h.getName(), condition, h.getInvertMatch(), h.getTreatMissingHeaderAsEmpty());
  }

  private static HeaderMatch.Condition value(StringMatch match) {
    return new HeaderMatch.Condition.Value(match);
  }

  private static QueryMatch query(QueryParameterMatcher q) throws TranslationException {
    return switch (q.getQueryParameterMatchSpecifierCase()) {
      case STRING_MATCH ->
          new QueryMatch(
              q.getName(),
              StringMatchTranslator.translate(
                  "match.query_parameters[" + q.getName() + "]", q.getStringMatch()));
      case PRESENT_MATCH, QUERYPARAMETERMATCHSPECIFIER_NOT_SET -> new QueryMatch(q.getName(), null);
    };
  }
}
