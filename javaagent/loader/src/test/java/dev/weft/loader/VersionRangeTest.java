package dev.weft.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class VersionRangeTest {

  @Test
  void boundsAreInOrOutAsTheirBracketsSay() {
    VersionRange range = VersionRange.parse("[5.0,6)");
    assertThat(range.contains("5.0")).isTrue();
    assertThat(range.contains("5")).isTrue();
    assertThat(range.contains("5.10.1")).isTrue();
    assertThat(range.contains("4.9")).isFalse();
    assertThat(range.contains("6.0.0")).isFalse();
    assertThat(VersionRange.parse("(5.0,6]").contains("5.0")).isFalse();
    assertThat(VersionRange.parse("(5.0,6]").contains("6")).isTrue();
  }

  @Test
  void anEmptyBoundIsOpen() {
    assertThat(VersionRange.parse("[1.50,)").contains("99.1")).isTrue();
    assertThat(VersionRange.parse("(,42.8)").contains("1")).isTrue();
  }

  @Test
  void qualifiersDoNotCount() {
    assertThat(VersionRange.compare("4.1.100.Final", "4.1.100")).isZero();
    assertThat(VersionRange.compare("33.0.0-jre", "33")).isZero();
    assertThat(VersionRange.compare("5.10", "5.9")).isPositive();
  }

  @Test
  void aRangeWithoutBracketsIsRefusedWithTheFormToWrite() {
    assertThatThrownBy(() -> VersionRange.parse("5.0+")).hasMessageContaining("5.0+", "[5.0,6)");
  }
}
