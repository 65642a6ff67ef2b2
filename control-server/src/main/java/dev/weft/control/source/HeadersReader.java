package dev.weft.control.source;

import dev.weft.control.source.VirtualService.Headers;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads {@code headers.request} and {@code headers.response}. */
final class HeadersReader {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

  private HeadersReader() {}

  static Headers read(Fields headers, String name) {
    Fields changes = headers.object(name);
    Headers read =
        new Headers(changes.textMap("set"), changes.textMap("add"), changes.texts("remove"));
    check(changes, "set", read.set());
    check(changes, "add", read.add());
    changes.end();
    return read;
  }

  private static void check(Fields changes, String field, Map<String, String> headers) {
    for (String header : headers.keySet()) {
      if (!NAME.matcher(header).matches()) {
        changes.problem(
            FindingCode.NOT_ALLOWED,
            field + "." + header,
            "is not a header name; pseudo headers are changed by rewrite.");
      }
    }
  }
}
