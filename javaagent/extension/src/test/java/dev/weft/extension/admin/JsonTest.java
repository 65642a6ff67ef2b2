package dev.weft.extension.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void mapsListsNumbersAndNothingAreWrittenAsJson() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("a", 1);
    map.put("b", Arrays.asList(true, null, "x"));
    map.put("c", Map.of());
    map.put("d", List.of());
    map.put("e", Instant.EPOCH);
    assertThat(Json.write(map))
        .isEqualTo(
            "{\"a\":1,\"b\":[true,null,\"x\"],\"c\":{},\"d\":[],\"e\":\"1970-01-01T00:00:00Z\"}");
  }

  @Test
  void whatWouldEndAStringIsEscaped() {
    assertThat(Json.write("a\"b\\c\nd\re\tf\u0000g\u001fh/ü"))
        .isEqualTo("\"a\\\"b\\\\c\\nd\\re\\tf\\u0000g\\u001fh/ü\"");
  }

  @Test
  void pairsOfSurrogatesStayAndHalvesAreEscaped() {
    String thread = "\uD83E\uDDF5";
    assertThat(Json.write(thread)).isEqualTo("\"" + thread + "\"");
    assertThat(Json.write("\uD83E")).isEqualTo("\"\\ud83e\"");
    assertThat(Json.write("\uDDF5x")).isEqualTo("\"\\uddf5x\"");
    assertThat(Json.write(thread + "\uDDF5")).isEqualTo("\"" + thread + "\\uddf5\"");
  }

  @Test
  void aNumberThatJsonCannotSayIsNull() {
    assertThat(Json.write(List.of(Double.NaN, Double.POSITIVE_INFINITY, 1.5)))
        .isEqualTo("[null,null,1.5]");
  }
}
