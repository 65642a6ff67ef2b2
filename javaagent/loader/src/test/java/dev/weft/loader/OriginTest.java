package dev.weft.loader;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OriginTest {

  @Test
  void theVersionIsReadFromTheJarsName() {
    assertThat(Origin.inFileName("file:/m2/httpclient5-5.3.1.jar", "o.a:httpclient5"))
        .isEqualTo("5.3.1");
    assertThat(
            Origin.inFileName(
                "jar:nested:/app.jar/!BOOT-INF/lib/tomcat-embed-core-10.1.34.jar!/", null))
        .isEqualTo("10.1.34");
  }

  @Test
  void anotherArtifactsJarTellsNothing() {
    assertThat(Origin.inFileName("file:/app-1.0.jar", "o.a:httpclient5")).isNull();
    assertThat(Origin.inFileName("file:/classes/", "o.a:httpclient5")).isNull();
  }
}
