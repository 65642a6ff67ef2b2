package dev.weft.control.source;

import dev.weft.control.source.PeerAuthentication.Mode;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code security.istio.io PeerAuthentication}. */
final class PeerAuthenticationReader {
  private PeerAuthenticationReader() {}

  static Spec read(Fields spec) {
    Fields selector = spec.object("selector");
    Map<String, String> labels = selector.textMap("matchLabels");
    selector.end();
    Mode mode = spec.object("mtls", PeerAuthenticationReader::mode);
    Map<Integer, Mode> ports = new HashMap<>();
    spec.map("portLevelMtls", PeerAuthenticationReader::mode)
        .forEach(
            (port, portMode) -> {
              if (port.matches("[0-9]{1,5}")) {
                ports.put(Integer.parseInt(port), portMode);
              } else {
                spec.problem(
                    FindingCode.NOT_ALLOWED,
                    "portLevelMtls." + port,
                    "is not a port number of the workload.");
              }
            });
    if (!ports.isEmpty() && labels.isEmpty()) {
      spec.problem(
          FindingCode.CONTRADICTION,
          "portLevelMtls",
          "needs selector.matchLabels: ports are those of a workload.");
    }
    spec.end();
    return new PeerAuthentication(labels, mode, ports);
  }

  private static @Nullable Mode mode(Fields mtls) {
    String text = mtls.text("mode", "UNSET");
    Mode mode = text.equals("UNSET") ? null : mtls.choice("mode", Mode.class);
    mtls.end();
    return mode;
  }
}
