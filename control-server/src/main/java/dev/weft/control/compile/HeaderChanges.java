package dev.weft.control.compile;

import dev.weft.control.source.VirtualService.Headers;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Header changes, in Istio's order: {@code add}, then {@code set}, by name. */
final class HeaderChanges {
  private final List<HeaderValueOption> options = new ArrayList<>();
  private final List<String> remove;

  private HeaderChanges(Headers headers) {
    new TreeMap<>(headers.add())
        .forEach(
            (name, value) ->
                options.add(option(name, value, HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD)));
    new TreeMap<>(headers.set())
        .forEach(
            (name, value) ->
                options.add(option(name, value, HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD)));
    remove = headers.remove();
  }

  static HeaderChanges request(Headers headers) {
    return new HeaderChanges(headers);
  }

  static HeaderChanges response(Headers headers) {
    return new HeaderChanges(headers);
  }

  void apply(Consumer<HeaderValueOption> add, Consumer<String> removed) {
    options.forEach(add);
    remove.forEach(removed);
  }

  private static HeaderValueOption option(String name, String value, HeaderAppendAction action) {
    return HeaderValueOption.newBuilder()
        .setHeader(HeaderValue.newBuilder().setKey(name).setValue(value))
        .setAppendAction(action)
        .setKeepEmptyValue(true)
        .build();
  }
}
