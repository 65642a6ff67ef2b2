package dev.weft.bootstrap;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The ports that woven servers hold open, for engines that are installed after they opened. */
final class OpenPorts {
  private record Port(String protocol, boolean tlsCapable) {}

  /** Guarded by itself; touched when servers start and stop only. */
  private static final Map<Integer, Port> OPEN = new TreeMap<>();

  private OpenPorts() {}

  static void opened(int localPort, String protocol, boolean tlsCapable) {
    synchronized (OPEN) {
      OPEN.put(localPort, new Port(protocol, tlsCapable));
    }
  }

  /** Returns whether the port was known as open. */
  static boolean closed(int localPort) {
    synchronized (OPEN) {
      return OPEN.remove(localPort) != null;
    }
  }

  /** Tells {@code engine} of every open port. A port told twice is the engine's to ignore. */
  static void tell(MeshEngine engine) {
    List<Map.Entry<Integer, Port>> open;
    synchronized (OPEN) {
      open = new ArrayList<>(OPEN.entrySet());
    }
    for (Map.Entry<Integer, Port> port : open) {
      engine.listening(port.getKey(), port.getValue().protocol(), port.getValue().tlsCapable());
    }
  }
}
