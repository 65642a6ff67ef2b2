package dev.weft.control.source;

import dev.weft.control.source.VirtualService.Match;
import dev.weft.control.source.VirtualService.Rewrite;
import dev.weft.control.source.VirtualService.Text;
import java.util.List;

/** Reads {@code HTTPRewrite}. */
final class RewriteReader {
  private RewriteReader() {}

  static Rewrite read(Fields rewrite) {
    Fields regex = rewrite.object("uriRegexRewrite");
    String pattern = regex.text("match");
    String replacement = regex.text("rewrite");
    if (pattern != null) {
      MatchReader.checkRegex(regex, "match", pattern);
    }
    regex.end();
    if (rewrite.has("uri") && pattern != null) {
      rewrite.problem(FindingCode.CONTRADICTION, "uri", "and uriRegexRewrite exclude each other.");
    }
    Rewrite read =
        new Rewrite(rewrite.text("uri"), pattern, replacement, rewrite.text("authority"));
    rewrite.end();
    return read;
  }

  /** A prefix can be replaced only where a prefix or a whole path was matched. */
  static void check(Fields http, Rewrite rewrite, List<Match> matches) {
    if (rewrite.uri() == null) {
      return;
    }
    for (Match match : matches) {
      if (match.uri() != null && match.uri().kind() == Text.Kind.REGEX) {
        http.problem(
            FindingCode.CONTRADICTION,
            "rewrite.uri",
            "has no meaning for match.uri.regex '"
                + match.uri().value()
                + "'; use uriRegexRewrite.");
      }
    }
  }
}
