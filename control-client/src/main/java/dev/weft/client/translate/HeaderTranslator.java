package dev.weft.client.translate;

import dev.weft.model.HeaderMutation;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code request_headers_to_add}, {@code request_headers_to_remove} and their response twins. */
final class HeaderTranslator {
  private HeaderTranslator() {}

  static HeaderMutation translate(List<HeaderValueOption> add, List<String> remove) {
    if (add.isEmpty() && remove.isEmpty()) {
      return HeaderMutation.NONE;
    }
    List<HeaderMutation.Add> additions = new ArrayList<>(add.size());
    for (HeaderValueOption option : add) {
      String value =
          option.getHeader().getRawValue().isEmpty()
              ? option.getHeader().getValue()
              : option.getHeader().getRawValue().toString(StandardCharsets.UTF_8);
      additions.add(new HeaderMutation.Add(option.getHeader().getKey(), value, append(option)));
    }
    return new HeaderMutation(
        remove.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList(), additions);
  }

  private static HeaderMutation.Append append(HeaderValueOption option) {
    // The older boolean, when given, decides (header_value_option.append).
    if (option.hasAppend() && !option.getAppend().getValue()) {
      return HeaderMutation.Append.OVERWRITE_IF_EXISTS_OR_ADD;
    }
    return switch (option.getAppendAction()) {
      case APPEND_IF_EXISTS_OR_ADD, UNRECOGNIZED -> HeaderMutation.Append.APPEND_IF_EXISTS_OR_ADD;
      case ADD_IF_ABSENT -> HeaderMutation.Append.ADD_IF_ABSENT;
      case OVERWRITE_IF_EXISTS_OR_ADD -> HeaderMutation.Append.OVERWRITE_IF_EXISTS_OR_ADD;
      case OVERWRITE_IF_EXISTS -> HeaderMutation.Append.OVERWRITE_IF_EXISTS;
    };
  }
}
