package dev.weft.client.translate;

import dev.weft.model.InboundListener;
import dev.weft.model.OutboundListener;
import dev.weft.model.RouteConfiguration;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code envoy.config.listener.v3.Listener} in any of the shapes that istiod and we send. */
public final class ListenerTranslator {
  /** Prefix of the resource names that proxyless gRPC servers ask for. */
  private static final String GRPC_INBOUND = "xds.istio.io/grpc/lds/inbound/";

  private ListenerTranslator() {}

  /**
   * What one listener says.
   *
   * @param outbound null for an inbound listener
   * @param inlineRoutes the route table inside the listener, when it has one
   * @param inbound ports that this JVM serves; {@link InboundListener#ANY_PORT} for the rest
   */
  public record Translated(
      @Nullable OutboundListener outbound,
      @Nullable RouteConfiguration inlineRoutes,
      List<InboundListener> inbound) {}

  /** Translates. */
  public static Translated translate(Listener l, Findings findings) throws TranslationException {
    if (l.getName().isEmpty()) {
      throw new TranslationException("a Listener has no name; name it");
    }
    if (l.getTrafficDirection() == TrafficDirection.INBOUND
        || l.getName().equals("virtualInbound")
        || l.getName().startsWith(GRPC_INBOUND)) {
      return new Translated(null, null, InboundTranslator.translate(l, findings));
    }
    return OutboundTranslator.translate(l, findings);
  }
}
