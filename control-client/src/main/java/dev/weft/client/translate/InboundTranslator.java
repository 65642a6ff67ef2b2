package dev.weft.client.translate;

import dev.weft.model.InboundListener;
import dev.weft.model.InboundListener.Mode;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Istio's {@code virtualInbound} (a group of filter chains per port, and one for all other ports)
 * and the listeners of proxyless gRPC servers.
 *
 * <p>Strict: whatever protects a port and cannot be done closes the port, with the reason. Chains
 * are chosen by destination port first, without a way back, so each port's chains stand alone.
 */
final class InboundTranslator {
  private static final String TLS_CONTEXT =
      "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext";
  private static final String RAW_BUFFER =
      "type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer";
  private static final String SPIFFE = "spiffe://";

  private InboundTranslator() {}

  static List<InboundListener> translate(Listener l, Findings findings) {
    int own = l.getAddress().getSocketAddress().getPortValue();
    boolean capture = l.getName().equals("virtualInbound");
    Map<Integer, List<FilterChain>> byPort = new TreeMap<>();
    List<FilterChain> chains = new ArrayList<>(l.getFilterChainsList());
    if (l.hasDefaultFilterChain()) {
      chains.add(l.getDefaultFilterChain());
    }
    for (FilterChain chain : chains) {
      var match = chain.getFilterChainMatch();
      int port = match.getDestinationPort().getValue();
      if (capture && port == own) {
        // The capture port itself, which keeps a sidecar from calling itself.
        continue;
      }
      if (!match.hasDestinationPort()) {
        port = capture ? InboundListener.ANY_PORT : own;
      }
      byPort.computeIfAbsent(port, p -> new ArrayList<>()).add(chain);
    }
    List<InboundListener> ports = new ArrayList<>(byPort.size());
    byPort.forEach((port, group) -> ports.add(port(port, group, findings)));
    return ports;
  }

  private static InboundListener port(int port, List<FilterChain> chains, Findings findings) {
    try {
      return open(port, chains, findings);
    } catch (TranslationException e) {
      findings.setAside(
          port == InboundListener.ANY_PORT
              ? "Inbound ports without a service"
              : "Inbound port " + port,
          e.getMessage() + ". The port is closed.");
      return new InboundListener(port, Mode.CLOSED, List.of());
    }
  }

  private static InboundListener open(int port, List<FilterChain> chains, Findings findings)
      throws TranslationException {
    boolean mutual = false;
    boolean plain = false;
    List<String> trustDomains = null;
    for (FilterChain chain : chains) {
      InboundFilters.check(chain, findings);
      if (!chain.hasTransportSocket() || raw(chain.getTransportSocket())) {
        // TLS that is passed through to the application unopened counts as the application's.
        plain = true;
        continue;
      }
      List<String> accepted = trustDomains(chain.getTransportSocket());
      if (trustDomains != null && !trustDomains.equals(accepted)) {
        throw new TranslationException(
            "its filter chains accept different identities: "
                + trustDomains
                + " and "
                + accepted
                + "; one list per port can be enforced");
      }
      trustDomains = accepted;
      mutual = true;
    }
    Mode mode = mutual ? (plain ? Mode.PERMISSIVE : Mode.STRICT) : Mode.DISABLE;
    return new InboundListener(port, mode, trustDomains == null ? List.of() : trustDomains);
  }

  private static boolean raw(TransportSocket socket) {
    return socket.getTypedConfig().getTypeUrl().equals(RAW_BUFFER);
  }

  /** Sorted; empty means those of our own trust domain. */
  private static List<String> trustDomains(TransportSocket socket) throws TranslationException {
    if (!socket.getTypedConfig().getTypeUrl().equals(TLS_CONTEXT)) {
      throw new TranslationException(
          "transport_socket "
              + socket.getName()
              + " is not known; only mesh mTLS and plaintext can be served");
    }
    DownstreamTlsContext context =
        Unpacked.of(socket.getTypedConfig(), DownstreamTlsContext.parser());
    if (!context.getRequireClientCertificate().getValue()
        || !MeshCertificates.used(context.getCommonTlsContext())) {
      throw new TranslationException(
          "its TLS does not use the mesh identity on both sides (SDS default and ROOTCA,"
              + " require_client_certificate)");
    }
    TreeSet<String> domains = new TreeSet<>();
    var validation = MeshCertificates.validation(context.getCommonTlsContext());
    for (StringMatcher san : MeshCertificates.sanMatchers(validation)) {
      String prefix = san.getPrefix();
      // Anything but spiffe://DOMAIN/ is finer than a trust domain and may not be widened to it.
      if (san.getMatchPatternCase() != StringMatcher.MatchPatternCase.PREFIX
          || san.getIgnoreCase()
          || !prefix.startsWith(SPIFFE)
          || prefix.indexOf('/', SPIFFE.length()) != prefix.length() - 1) {
        throw new TranslationException(
            "match_subject_alt_names has "
                + san.getMatchPatternCase()
                + "; only the prefix spiffe://TRUST_DOMAIN/ can be enforced");
      }
      domains.add(prefix.substring(SPIFFE.length(), prefix.length() - 1));
    }
    return List.copyOf(domains);
  }
}
