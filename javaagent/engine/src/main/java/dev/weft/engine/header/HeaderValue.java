package dev.weft.engine.header;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A header's value: a literal, or literals and command operators such as {@code %REQ(x-user)%}.
 *
 * <p>Source: Envoy's custom request and response headers. Understood: {@code %REQ(a)%}, {@code
 * %REQ(a?b)%}, {@code %RESP(a)%}, {@code %RESP(a?b)%}, each with an optional length {@code :N}, and
 * {@code %%}. Others are a compile error that names the operator, so that the header is reported
 * and not sent half made. A missing header gives the empty text; an empty result adds no header.
 */
public final class HeaderValue {
  private final String literal;
  private final List<Part> parts;

  private record Part(String text, boolean response, String name, String other, int length) {}

  private HeaderValue(String literal, List<Part> parts) {
    this.literal = literal;
    this.parts = parts;
  }

  /**
   * @throws IllegalArgumentException naming the operator that is not understood
   */
  public static HeaderValue compile(String text) {
    if (text.indexOf('%') < 0) {
      return new HeaderValue(text, List.of());
    }
    List<Part> parts = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '%') {
        literal.append(c);
        continue;
      }
      int end = text.indexOf('%', i + 1);
      if (end == i + 1) {
        literal.append('%');
      } else if (end < 0) {
        throw new IllegalArgumentException("value has an unpaired %; write %% for a percent sign");
      } else {
        parts.add(new Part(literal.toString(), false, "", "", 0));
        literal.setLength(0);
        parts.add(operator(text.substring(i + 1, end)));
      }
      i = end;
    }
    if (parts.isEmpty()) {
      return new HeaderValue(literal.toString(), List.of());
    }
    parts.add(new Part(literal.toString(), false, "", "", 0));
    return new HeaderValue("", List.copyOf(parts));
  }

  private static Part operator(String text) {
    boolean response = text.startsWith("RESP(");
    int open = text.indexOf('(');
    int close = text.lastIndexOf(')');
    if (close < open || !(response || text.startsWith("REQ("))) {
      throw new IllegalArgumentException(
          "command operator %" + text + "% is not supported; use %REQ(name)% or a literal");
    }
    String names = text.substring(open + 1, close).toLowerCase(Locale.ROOT);
    int question = names.indexOf('?');
    String tail = text.substring(close + 1);
    int length;
    try {
      length = tail.isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(tail.substring(1));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("command operator %" + text + "% has a bad length", e);
    }
    return new Part(
        "",
        response,
        question < 0 ? names : names.substring(0, question),
        question < 0 ? "" : names.substring(question + 1),
        length);
  }

  /** The value for this message; the literal itself when there is no operator. */
  public String of(Headers headers) {
    if (parts.isEmpty()) {
      return literal;
    }
    StringBuilder value = new StringBuilder();
    for (Part part : parts) {
      if (part.name.isEmpty()) {
        value.append(part.text);
        continue;
      }
      String found = read(headers, part.response, part.name);
      if (found == null && !part.other.isEmpty()) {
        found = read(headers, part.response, part.other);
      }
      if (found != null) {
        value.append(found, 0, Math.min(found.length(), part.length));
      }
    }
    return value.toString();
  }

  private static @Nullable String read(Headers headers, boolean response, String name) {
    return response ? headers.responseHeader(name) : headers.requestHeader(name);
  }
}
