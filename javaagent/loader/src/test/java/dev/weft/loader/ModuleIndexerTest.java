package dev.weft.loader;

import static net.bytebuddy.matcher.ElementMatchers.isPublic;
import static net.bytebuddy.matcher.ElementMatchers.nameStartsWith;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.namedOneOf;
import static net.bytebuddy.matcher.ElementMatchers.not;
import static org.assertj.core.api.Assertions.assertThat;

import net.bytebuddy.description.type.TypeDescription;
import org.junit.jupiter.api.Test;

class ModuleIndexerTest {

  @Test
  void exactNamesAreReadOutOfUnionsAndIntersections() {
    assertThat(ModuleIndexer.names(named("a.B"))).containsExactly("a.B");
    assertThat(ModuleIndexer.names(namedOneOf("a.B", "a.C").or(named("a.D"))))
        .containsExactly("a.B", "a.C", "a.D");
    assertThat(ModuleIndexer.names(named("a.B").and(isPublic()))).containsExactly("a.B");
  }

  @Test
  void anythingElseMeansEveryType() {
    assertThat(ModuleIndexer.names(nameStartsWith("a."))).isNull();
    assertThat(ModuleIndexer.names(not(named("a.B")))).isNull();
    assertThat(ModuleIndexer.names(named("a.B").or(isPublic()))).isNull();
    assertThat(ModuleIndexer.names((TypeDescription type) -> true)).isNull();
  }
}
