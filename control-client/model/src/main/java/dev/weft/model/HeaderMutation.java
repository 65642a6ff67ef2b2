package dev.weft.model;

import java.util.List;

/**
 * Changes to headers, in Envoy's order: first removals, then additions.
 *
 * <p>Source: {@code request_headers_to_add}, {@code request_headers_to_remove} and their response
 * twins.
 *
 * @param remove names in lower case
 */
public record HeaderMutation(List<String> remove, List<Add> add) {
  /** No change. */
  public static final HeaderMutation NONE = new HeaderMutation(List.of(), List.of());

  public HeaderMutation {
    remove = List.copyOf(remove);
    add = List.copyOf(add);
  }

  /** Whether there is nothing to do. */
  public boolean isEmpty() {
    return remove.isEmpty() && add.isEmpty();
  }

  /**
   * One header to add.
   *
   * @param value may hold Envoy's command operators such as {@code %REQ(x-a)%}
   */
  public record Add(String name, String value, Append append) {}

  /** {@code envoy.config.core.v3.HeaderValueOption.HeaderAppendAction}. */
  public enum Append {
    APPEND_IF_EXISTS_OR_ADD,
    ADD_IF_ABSENT,
    OVERWRITE_IF_EXISTS_OR_ADD,
    OVERWRITE_IF_EXISTS
  }
}
