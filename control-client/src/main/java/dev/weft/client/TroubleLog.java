package dev.weft.client;

import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells a trouble when it begins or changes, and when it is over; not each time it repeats. */
final class TroubleLog {
  private final Listener listener;
  private final Map<String, String> troubles = new LinkedHashMap<>();

  TroubleLog(Listener listener) {
    this.listener = listener;
  }

  void tell(String place, String trouble) {
    if (!trouble.equals(troubles.put(place, trouble))) {
      listener.log(Level.WARNING, trouble);
    }
  }

  void over(String place, String message) {
    boolean recovered = troubles.remove(place) != null;
    listener.log(recovered ? Level.INFO : Level.DEBUG, message);
  }

  /** The trouble that began last among those that last, or null. */
  @Nullable String lasting() {
    String last = null;
    for (String trouble : troubles.values()) {
      last = trouble;
    }
    return last;
  }
}
