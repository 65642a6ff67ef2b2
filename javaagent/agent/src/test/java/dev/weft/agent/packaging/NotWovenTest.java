package dev.weft.agent.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.loader.ModuleIndex;
import org.junit.jupiter.api.Test;

class NotWovenTest {

  @Test
  void theTableNamesTheLibrariesThatPeopleUse() throws Exception {
    assertThat(NotWoven.entries())
        .extracting(entry -> entry.library().name())
        .contains("Apache HttpClient 5 async", "OkHttp", "Reactor Netty", "JDK HttpServer")
        .doesNotHaveDuplicates();
    assertThat(NotWoven.entries())
        .allSatisfy(entry -> assertThat(entry.notGoverned()).contains("issue "))
        .flatExtracting(ModuleIndex.Entry::types)
        .allMatch(type -> type.matches("[a-z0-9.]+\\.[A-Z][A-Za-z0-9]+"))
        .doesNotHaveDuplicates();
  }

  @Test
  void aRowWithAMissingColumnFailsTheBuildByName() {
    assertThatThrownBy(() -> NotWoven.parse("OkHttp | a:b | okhttp3.OkHttpClient"))
        .hasMessageContaining("OkHttp")
        .hasMessageContaining("3 columns");
  }
}
