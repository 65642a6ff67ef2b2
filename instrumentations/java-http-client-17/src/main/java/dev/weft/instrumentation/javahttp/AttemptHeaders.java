package dev.weft.instrumentation.javahttp;

import dev.weft.bootstrap.HeaderWriter;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The headers of one attempt: the application's and the client's own, with the mesh's changes.
 *
 * <p>What the mesh writes goes among the client's system headers, which are neither validated as
 * the application's nor shown to it; an application header of the same name is then left out,
 * because the client lets those win.
 */
final class AttemptHeaders {
  static final HeaderWriter<AttemptHeaders> WRITER = new Writer();

  private final HttpHeaders original;
  private boolean changed;
  private final Map<String, List<String>> user = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final Map<String, List<String>> system = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  AttemptHeaders(HttpHeaders user, Map<String, List<String>> system) {
    this.original = user;
    this.user.putAll(user.map());
    system.forEach((name, values) -> this.system.put(name, new ArrayList<>(values)));
  }

  /** The application's headers without those that the mesh took over. */
  HttpHeaders user() {
    return changed ? HttpHeaders.of(user, (name, value) -> true) : original;
  }

  Map<String, List<String>> system() {
    return system;
  }

  private void take(String name, List<String> values) {
    if (user.remove(name) != null) {
      changed = true;
    }
    if (values.isEmpty()) {
      system.remove(name);
    } else {
      system.put(name, values);
    }
  }

  private static final class Writer implements HeaderWriter<AttemptHeaders> {
    @Override
    public void set(AttemptHeaders headers, String name, String value) {
      List<String> values = new ArrayList<>(1);
      values.add(value);
      headers.take(name, values);
    }

    @Override
    public void add(AttemptHeaders headers, String name, String value) {
      List<String> values = new ArrayList<>(2);
      List<String> before = headers.user.get(name);
      if (before == null) {
        before = headers.system.get(name);
      }
      if (before != null) {
        values.addAll(before);
      }
      values.add(value);
      headers.take(name, values);
    }

    @Override
    public void remove(AttemptHeaders headers, String name) {
      headers.take(name, List.of());
    }
  }
}
