package dev.weft.engine.route;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Matches regular expressions that are a plain sequence of ASCII characters, classes and dots, each
 * optionally with {@code * + ?}, by walking once over the text.
 *
 * <p>Greedy walking without stepping back is right only where a repeated element shares no
 * character with what may follow it; {@link #compile} accepts nothing else, except a repeated
 * element at the very end. Everything unclear is left to RE2J by returning null.
 */
final class SequenceRegex implements Regex {
  private static final int ASCII = 128;

  /** What every text begins with, compared at once. */
  private final String head;

  private final Element[] tail;

  /**
   * One character, class or dot with its quantifier. Equal ones are shared by all expressions, so
   * that walking one brings next to nothing new into the processor's caches.
   *
   * @param low ASCII 0 to 63 as bits
   * @param high ASCII 64 to 127 as bits
   * @param beyond whether characters outside ASCII belong to it
   */
  private record Element(long low, long high, boolean beyond, int min, boolean many) {
    private static final int MOST_SHARED = 1000;
    private static final Map<Element, Element> SHARED = new ConcurrentHashMap<>();

    static Element of(BitSet ascii, boolean beyond, int min, boolean many) {
      long[] words = Arrays.copyOf(ascii.toLongArray(), 2);
      Element made = new Element(words[0], words[1], beyond, min, many);
      Element shared = SHARED.get(made);
      if (shared == null && SHARED.size() < MOST_SHARED) {
        shared = SHARED.putIfAbsent(made, made);
      }
      return shared == null ? made : shared;
    }

    boolean accepts(char c) {
      // A shift looks at the low six bits only.
      return c < ASCII ? ((c < Long.SIZE ? low : high) >>> c & 1) != 0 : beyond;
    }

    boolean overlaps(Element other) {
      return (low & other.low) != 0 || (high & other.high) != 0 || beyond && other.beyond;
    }

    /** Whether it stands for exactly one character, once. */
    boolean literal() {
      return !beyond && min == 1 && !many && Long.bitCount(low) + Long.bitCount(high) == 1;
    }

    char character() {
      return (char)
          (low != 0
              ? Long.numberOfTrailingZeros(low)
              : Long.SIZE + Long.numberOfTrailingZeros(high));
    }
  }

  private SequenceRegex(List<Element> elements) {
    StringBuilder literals = new StringBuilder();
    while (literals.length() < elements.size() && elements.get(literals.length()).literal()) {
      literals.append(elements.get(literals.length()).character());
    }
    this.head = literals.toString();
    this.tail = elements.subList(head.length(), elements.size()).toArray(new Element[0]);
  }

  @Override
  public boolean matches(String text, int end) {
    int at = head.length();
    if (at > end || !text.startsWith(head)) {
      return false;
    }
    for (Element e : tail) {
      int from = at;
      int limit = e.many ? end : Math.min(end, at + 1);
      while (at < limit && e.accepts(text.charAt(at))) {
        at++;
      }
      if (at - from < e.min) {
        return false;
      }
    }
    return at == end;
  }

  /** Returns null for anything but a plain, unambiguous sequence. */
  static @Nullable SequenceRegex compile(String regex) {
    List<Element> elements = new ArrayList<>();
    int i = 0;
    while (i < regex.length()) {
      BitSet set = new BitSet(ASCII);
      boolean beyond = false;
      char c = regex.charAt(i);
      if (c >= ASCII) {
        return null;
      } else if (c == '[') {
        int close = regex.indexOf(']', i + 2);
        String body = close < 0 ? "" : regex.substring(i + 1, close);
        boolean negated = body.startsWith("^");
        if (!readClass(negated ? body.substring(1) : body, set)) {
          return null;
        }
        if (negated) {
          set.flip(0, ASCII);
          beyond = true;
        }
        i = close + 1;
      } else if (c == '.') {
        set.set(0, ASCII);
        set.clear('\n');
        beyond = true;
        i++;
      } else if (c == '\\') {
        if (i + 1 >= regex.length() || !readEscape(regex.charAt(i + 1), set)) {
          return null;
        }
        i += 2;
      } else if ("]{}()*+?^$|".indexOf(c) >= 0) {
        return null;
      } else {
        set.set(c);
        i++;
      }
      char q = i < regex.length() ? regex.charAt(i) : ' ';
      boolean quantified = q == '*' || q == '+' || q == '?';
      i += quantified ? 1 : 0;
      if (quantified && i < regex.length() && "*+?".indexOf(regex.charAt(i)) >= 0) {
        return null; // lazy or possessive
      }
      elements.add(Element.of(set, beyond, q == '*' || q == '?' ? 0 : 1, q == '*' || q == '+'));
    }
    return unambiguous(elements) ? new SequenceRegex(elements) : null;
  }

  private static boolean unambiguous(List<Element> elements) {
    for (int i = 0; i < elements.size(); i++) {
      Element e = elements.get(i);
      if (!e.many && e.min == 1) {
        continue;
      }
      for (int j = i + 1; j < elements.size(); j++) {
        Element next = elements.get(j);
        if (e.overlaps(next)) {
          return false;
        }
        if (next.min == 1) {
          break;
        }
      }
    }
    return true;
  }

  private static boolean readEscape(char c, BitSet set) {
    if (c == 'd') {
      set.set('0', '9' + 1);
    } else if (c == 'w') {
      set.set('0', '9' + 1);
      set.set('a', 'z' + 1);
      set.set('A', 'Z' + 1);
      set.set('_');
    } else if ("\\./-_[]{}()*+?^$|".indexOf(c) >= 0) {
      set.set(c);
    } else {
      return false;
    }
    return true;
  }

  private static boolean readClass(String body, BitSet set) {
    if (body.isEmpty() || body.indexOf('[') >= 0 || body.indexOf('^') >= 0) {
      return false;
    }
    for (int i = 0; i < body.length(); i++) {
      char c = body.charAt(i);
      if (c >= ASCII) {
        return false;
      } else if (c == '\\') {
        boolean range = i + 2 < body.length() && body.charAt(i + 2) == '-';
        if (++i >= body.length() || range || !readEscape(body.charAt(i), set)) {
          return false;
        }
      } else if (i + 2 < body.length() && body.charAt(i + 1) == '-') {
        char last = body.charAt(i + 2);
        if (last < c || last >= ASCII || last == '\\') {
          return false;
        }
        set.set(c, last + 1);
        i += 2;
      } else {
        set.set(c);
      }
    }
    return true;
  }
}
