package dev.weft.control.serve;

import dev.weft.control.compile.Node;
import dev.weft.control.compile.Resource;
import dev.weft.control.compile.Snapshot;
import dev.weft.control.compile.XdsType;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One ADS stream, state of the world. Owned by the push loop.
 *
 * <p>Source: the xDS protocol's "Four Variants", SotW. Types go out in the order of {@link
 * XdsType}; after a change of clusters all their endpoints are sent again, as Envoy warms a changed
 * cluster until it has heard of its endpoints.
 */
public final class AdsStream {
  private static final Logger LOG = LoggerFactory.getLogger(AdsStream.class);

  private final Node node;
  private final Consumer<DiscoveryResponse> out;
  private final Function<String, @Nullable Resource> secrets;
  private final Map<XdsType, Subscription> subscriptions = new EnumMap<>(XdsType.class);
  private long nonces;

  /**
   * A stream for {@code node}.
   *
   * @param secrets SDS by name, of this stream's identity; null where it has none
   */
  AdsStream(
      Node node, Consumer<DiscoveryResponse> out, Function<String, @Nullable Resource> secrets) {
    this.node = node;
    this.out = out;
    this.secrets = secrets;
  }

  Node node() {
    return node;
  }

  /** Takes a request; answers at once where it asks for something that it does not have. */
  void request(DiscoveryRequest request, Snapshot snapshot) {
    XdsType type = XdsType.of(request.getTypeUrl());
    if (type == null) {
      LOG.debug("{} asks for {}, which is not served.", node.id(), request.getTypeUrl());
      return;
    }
    Subscription subscription =
        subscriptions.computeIfAbsent(type, t -> new Subscription(t.wildcard()));
    String error = request.hasErrorDetail() ? request.getErrorDetail().getMessage() : null;
    boolean fresh =
        subscription.request(
            request.getResponseNonce(),
            request.getVersionInfo(),
            error,
            request.getResourceNamesList());
    if (!fresh) {
      return;
    }
    if (error != null) {
      LOG.warn("{} rejects {}: {}", node.id(), type, error);
    }
    push(type, subscription, snapshot);
  }

  /** Sends what differs from what this stream has. */
  void push(Snapshot snapshot) {
    subscriptions.forEach((type, subscription) -> push(type, subscription, snapshot));
  }

  private void push(XdsType type, Subscription subscription, Snapshot snapshot) {
    Subscription.Update update = subscription.next(current(type, subscription, snapshot));
    if (update == null) {
      return;
    }
    String nonce = Long.toString(++nonces);
    DiscoveryResponse.Builder response =
        DiscoveryResponse.newBuilder()
            .setTypeUrl(type.url())
            .setVersionInfo(update.version())
            .setNonce(nonce);
    update.resources().forEach(resource -> response.addResources(resource.any()));
    subscription.sent(update, nonce);
    out.accept(response.build());
    if (type == XdsType.CLUSTER) {
      Subscription endpoints = subscriptions.get(XdsType.ENDPOINT);
      if (endpoints != null) {
        endpoints.forgetSent();
        push(XdsType.ENDPOINT, endpoints, snapshot);
      }
    }
  }

  private Map<String, Resource> current(
      XdsType type, Subscription subscription, Snapshot snapshot) {
    if (type.wildcard()) {
      return snapshot.of(type);
    }
    Map<String, Resource> wanted = new LinkedHashMap<>();
    for (String name : subscription.names()) {
      Resource resource =
          type == XdsType.SECRET ? secrets.apply(name) : snapshot.of(type).get(name);
      if (resource == null && type == XdsType.ENDPOINT) {
        // A cluster that is gone has no endpoints; Envoy would wait for them without end.
        resource =
            Resource.of(name, ClusterLoadAssignment.newBuilder().setClusterName(name).build());
      }
      if (resource != null) {
        wanted.put(name, resource);
      }
    }
    return wanted;
  }

  /** How this stream stands, for people. */
  Map<XdsType, Standing> standing(Snapshot snapshot) {
    Map<XdsType, Standing> standing = new EnumMap<>(XdsType.class);
    subscriptions.forEach(
        (type, s) ->
            standing.put(
                type,
                new Standing(
                    s.sentVersion(),
                    s.ackedVersion(),
                    s.nack(),
                    s.inSync(current(type, s, snapshot)))));
    return standing;
  }

  /**
   * One type on one stream.
   *
   * @param nack the client's reason, or null
   * @param inSync the client acknowledged what is current
   */
  public record Standing(String sent, String acked, @Nullable String nack, boolean inSync) {}
}
