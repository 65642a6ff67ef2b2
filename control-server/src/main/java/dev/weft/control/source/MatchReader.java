package dev.weft.control.source;

import com.google.re2j.PatternSyntaxException;
import dev.weft.control.source.VirtualService.Match;
import dev.weft.control.source.VirtualService.Text;

/** Reads {@code HTTPMatchRequest}. Regular expressions are RE2, as Envoy's and the engine's. */
final class MatchReader {
  private MatchReader() {}

  static Match read(Fields match) {
    Text uri = match.object("uri", MatchReader::text);
    if (uri != null && uri.kind() == Text.Kind.PREFIX && uri.value().isEmpty()) {
      match.problem(FindingCode.NOT_ALLOWED, "uri.prefix", "is empty; write / to match all paths.");
    }
    Match read =
        new Match(
            match.text("name", ""),
            uri,
            match.flag("ignoreUriCase", false),
            match.object("method", MatchReader::text),
            match.object("authority", MatchReader::text),
            match.map("headers", MatchReader::text),
            match.map("withoutHeaders", MatchReader::text),
            match.map("queryParams", MatchReader::text),
            match.number("port", 1, 65_535, 0));
    if (match.has("gateways")) {
      for (String gateway : match.texts("gateways")) {
        if (!gateway.equals("mesh")) {
          match.problem(
              FindingCode.FIELD_UNSUPPORTED, "gateways", "holds '" + gateway + "', not 'mesh'.");
        }
      }
    }
    match.end("scheme", "sourceLabels", "sourceNamespace", "statPrefix");
    return read;
  }

  private static Text text(Fields fields) {
    Text text = null;
    int kinds = 0;
    for (Text.Kind kind : new Text.Kind[] {Text.Kind.EXACT, Text.Kind.PREFIX, Text.Kind.REGEX}) {
      String name = kind.name().toLowerCase(java.util.Locale.ROOT);
      String value = fields.text(name);
      if (value != null) {
        kinds++;
        text = new Text(kind, value);
        if (kind == Text.Kind.REGEX) {
          checkRegex(fields, name, value);
        }
      }
    }
    if (kinds > 1) {
      fields.problem(
          FindingCode.CONTRADICTION, "", "needs one of exact, prefix, regex, not several.");
    }
    fields.end();
    return text == null ? new Text(Text.Kind.PRESENT, "") : text;
  }

  static void checkRegex(Fields fields, String name, String value) {
    try {
      com.google.re2j.Pattern.compile(value);
    } catch (PatternSyntaxException e) {
      fields.problem(
          FindingCode.NOT_ALLOWED,
          name,
          "is '"
              + value
              + "', not RE2: "
              + e.getMessage()
              + ". Back references and look-around"
              + " do not exist there.");
    }
  }
}
