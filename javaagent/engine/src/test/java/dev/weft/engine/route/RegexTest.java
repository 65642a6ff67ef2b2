package dev.weft.engine.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.re2j.Pattern;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegexTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v[0-9]+/items/[^/]+",
        "qa-.*",
        "/a?b+c*d",
        "/v[0-9]+(/.*)?",
        "a*a",
        ".*x",
        "[a-c]*c",
        "a|b",
        "a??b",
        "\\d+\\.\\w+",
        "[^a-c]?d",
        "^/a$",
        "a{2}",
        "[]a]",
        "[a\\]]b",
        "[a-]b",
        "x[.]y"
      })
  void walkingAgreesWithRe2jOnRandomTexts(String regex) {
    Pattern reference = Pattern.compile(regex);
    Regex ours = Regex.compile(regex);
    Random random = new Random(regex.hashCode());
    String alphabet = "/abcdvqx019-_.]y\n\u00e9items";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(9);
      for (int j = 0; j < length; j++) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      String t = text.toString();
      assertThat(ours.matches(t, t.length()))
          .as("%s on %s", regex, t)
          .isEqualTo(reference.matches(t));
    }
  }

  @Test
  void theLiteralHeadAndWhatFollowsHaveToFitBeforeTheEnd() {
    Regex regex = Regex.compile("/api/v[0-9]+/items/[^/]+");
    assertThat(regex.matches("/api/v12/items/ab", 17)).isTrue();
    assertThat(regex.matches("/api/v12/items/ab?x=/", 17)).isTrue();
    assertThat(regex.matches("/api/v12/items/ab/c", 19)).isFalse();
    assertThat(regex.matches("/api/v12/items/", 15)).isFalse();
    assertThat(regex.matches("/api/v12", 3)).isFalse();
    assertThat(regex.matches("/apj/v12/items/ab", 17)).isFalse();
    assertThat(Regex.compile("/Api~z").matches("/Api~z?q", 6)).isTrue();
    assertThat(Regex.compile("/a").matches("/ab", 3)).isFalse();
  }

  @Test
  void plainSequencesNeedNoAutomaton() {
    assertThat(SequenceRegex.compile("/api/v[0-9]+/items/[^/]+")).isNotNull();
    assertThat(SequenceRegex.compile("qa-.*")).isNotNull();
    assertThat(SequenceRegex.compile(".*x")).isNull();
    assertThat(SequenceRegex.compile("(a)b")).isNull();
  }

  @Test
  void theLiteralHeadEndsBeforeAnythingOptional() {
    assertThat(Regex.literalPrefix("/api/v[0-9]+")).isEqualTo("/api/v");
    assertThat(Regex.literalPrefix("/ab?c")).isEqualTo("/a");
    assertThat(Regex.literalPrefix("/ab+c")).isEqualTo("/ab");
    assertThat(Regex.literalPrefix("/a|/b")).isEmpty();
  }

  @Test
  void whatIsNotRe2IsRefusedByName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Regex.compile("(?!x)"))
        .withMessageContaining("(?!x)");
  }
}
