package dev.weft.client.translate;

import dev.weft.model.Cluster.MeshTls;
import dev.weft.model.Cluster.UpstreamTls;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * TLS to endpoints: {@code transport_socket} (Istio's ISTIO_MUTUAL) and {@code
 * transport_socket_matches} (auto-mTLS).
 *
 * <p>Fails closed: TLS that is asked for and that we cannot do exactly fails the cluster, whose
 * last good version stays; plaintext, or a peer that is not checked as asked, would be worse.
 */
final class UpstreamTlsTranslator {
  static final String TLS_CONTEXT =
      "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext";
  private static final String RAW_BUFFER =
      "type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer";

  private UpstreamTlsTranslator() {}

  static UpstreamTls translate(Cluster cluster) throws TranslationException {
    if (cluster.getTransportSocketMatchesCount() > 0) {
      return auto(cluster);
    }
    MeshTls tls = cluster.hasTransportSocket() ? socket(cluster.getTransportSocket()) : null;
    return tls == null ? new UpstreamTls.None() : new UpstreamTls.Mutual(tls);
  }

  /**
   * The first match wins. We know one shape: TLS for {@code tlsMode: istio}, then plaintext for the
   * rest.
   */
  private static UpstreamTls auto(Cluster cluster) throws TranslationException {
    MeshTls tls = null;
    for (Cluster.TransportSocketMatch match : cluster.getTransportSocketMatchesList()) {
      var fields = match.getMatch().getFieldsMap();
      MeshTls socket = socket(match.getTransportSocket());
      if (fields.isEmpty()) {
        if (socket != null) {
          return new UpstreamTls.Mutual(socket);
        }
        break;
      }
      boolean istio =
          fields.size() == 1
              && fields.containsKey("tlsMode")
              && fields.get("tlsMode").getStringValue().equals("istio");
      if (!istio || tls != null) {
        throw new TranslationException(
            "transport_socket_matches["
                + match.getName()
                + "] asks for "
                + fields.keySet()
                + "; only tlsMode istio is known");
      }
      tls = socket;
    }
    return tls == null ? new UpstreamTls.None() : new UpstreamTls.Auto(tls);
  }

  /** Null for plaintext. */
  private static @Nullable MeshTls socket(TransportSocket socket) throws TranslationException {
    String type = socket.getTypedConfig().getTypeUrl();
    if (type.equals(RAW_BUFFER) || type.isEmpty() && socket.getName().endsWith("raw_buffer")) {
      return null;
    }
    if (!type.equals(TLS_CONTEXT)) {
      throw new TranslationException(
          "transport_socket "
              + socket.getName()
              + " ("
              + type
              + ") is not known; use tls or raw_buffer");
    }
    UpstreamTlsContext context = Unpacked.of(socket.getTypedConfig(), UpstreamTlsContext.parser());
    CommonTlsContext common = context.getCommonTlsContext();
    if (!MeshCertificates.used(common)) {
      throw new TranslationException(
          "transport_socket uses other certificates than the mesh identity (SDS default and"
              + " ROOTCA); TLS origination with own certificates is not supported yet");
    }
    List<String> sans = new ArrayList<>();
    CertificateValidationContext validation = MeshCertificates.validation(common);
    for (StringMatcher san : MeshCertificates.sanMatchers(validation)) {
      if (san.getMatchPatternCase() != StringMatcher.MatchPatternCase.EXACT) {
        throw new TranslationException(
            "match_subject_alt_names has "
                + san.getMatchPatternCase()
                + "; only exact SPIFFE IDs can be expected of a server");
      }
      sans.add(san.getExact());
    }
    return new MeshTls(context.getSni(), sans);
  }
}
