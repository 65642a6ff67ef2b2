package dev.weft.engine.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HostTableTest {
  @Test
  void exactBeatsLongestSuffixBeatsLongestPrefixBeatsStar() {
    HostTable<String> table =
        new HostTable.Builder<String>()
            .add("*", 80, "any")
            .add("*.com", 80, "short suffix")
            .add("*.shop.com", 80, "long suffix")
            .add("api.*", 80, "prefix")
            .add("api.v1.*", 80, "long prefix")
            .add("www.shop.com", 80, "exact")
            .build();
    assertThat(table.find("www.shop.com", 80)).isEqualTo("exact");
    assertThat(table.find("api.shop.com", 80)).isEqualTo("long suffix");
    assertThat(table.find("api.org.com", 80)).isEqualTo("short suffix");
    assertThat(table.find("api.v1.org", 80)).isEqualTo("long prefix");
    assertThat(table.find("api.v2.org", 80)).isEqualTo("prefix");
    assertThat(table.find(".shop.com", 80)).isEqualTo("short suffix");
    assertThat(table.find("elsewhere", 80)).isEqualTo("any");
    assertThat(table.find("www.shop.com", 81)).isNull();
  }

  @Test
  void namesAreComparedWithoutCase() {
    HostTable<String> table = new HostTable.Builder<String>().add("Reviews", 80, "x").build();
    assertThat(table.find("reviews", 80)).isEqualTo("x");
    assertThat(table.find("REVIEWS", 80)).isEqualTo("x");
  }

  @Test
  void unknownLiteralsGoToTheirOwnEntryAndNamesDoNot() {
    HostTable<String> table =
        new HostTable.Builder<String>().add("240.0.0.1", 80, "vip").addLiterals(80, "ip").build();
    assertThat(table.find("240.0.0.1", 80)).isEqualTo("vip");
    assertThat(table.find("10.1.2.3", 80)).isEqualTo("ip");
    assertThat(table.find("fe80::1", 80)).isEqualTo("ip");
    assertThat(table.find("reviews", 80)).isNull();
  }

  @Test
  void agreesWithAHashMapOnThousandsOfNames() {
    Random random = new Random(7);
    Map<String, Integer> expected = new HashMap<>();
    HostTable.Builder<Integer> builder = new HostTable.Builder<>();
    for (int i = 0; i < 6_000; i++) {
      String host = "s" + random.nextInt(4_000) + ".ns" + random.nextInt(5);
      int port = 80 + random.nextInt(3);
      builder.add(host, port, i);
      expected.putIfAbsent(host + ":" + port, i);
    }
    HostTable<Integer> table = builder.build();
    assertThat(table.size()).isEqualTo(expected.size());
    for (int i = 0; i < 20_000; i++) {
      String host = "s" + random.nextInt(8_000) + ".ns" + random.nextInt(5);
      int port = 80 + random.nextInt(4);
      assertThat(table.find(host, port)).isEqualTo(expected.get(host + ":" + port));
    }
  }

  @Test
  void anEmptyTableKnowsNothing() {
    assertThat(new HostTable.Builder<String>().build().find("x", 80)).isNull();
  }
}
