package dev.weft.demo.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.demo.load.Sender.Reply;
import org.junit.jupiter.api.Test;

class LoadTest {
  @Test
  void everyCallIsCountedOnceByItsOutcome() throws Exception {
    LoadSpec spec = LoadSpec.put("run", "/{n}", "", 2_000, 40);

    LoadResult result =
        new Load(
                spec,
                (s, url, body) ->
                    switch (Integer.parseInt(url.substring(1)) % 4) {
                      case 0 -> throw new java.io.IOException("gone");
                      case 1 -> new Reply(503, "busy");
                      case 2 -> new Reply(200, "{\"catalog\":\"v2\"}");
                      default -> new Reply(201, "{\"catalog\":\"v1\"}");
                    })
            .run();

    assertThat(result.calls()).isEqualTo(40);
    assertThat(result.failed()).isEqualTo(20);
    assertThat(result.statuses()).containsEntry(0, 10).containsEntry(503, 10);
    assertThat(result.versionShare("v2")).isEqualTo(0.5);
    assertThat(result.acknowledged()).extracting(a -> a.n() % 4).containsOnly(2, 3);
    assertThat(result.acknowledged()).hasSize(20);
    assertThat(result.failures()).isNotEmpty();
  }
}
