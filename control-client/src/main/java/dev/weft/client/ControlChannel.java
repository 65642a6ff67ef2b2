package dev.weft.client;

import dev.weft.client.ControlClientConfig.Security;
import dev.weft.model.SvidMaterial;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ForwardingClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.okhttp.OkHttpChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The one gRPC channel to the control plane: okhttp transport, our threads, our credentials. */
final class ControlChannel {
  private static final int MAX_MESSAGE_BYTES = 64 << 20;

  private final ManagedChannel channel;
  private final Channel authorized;
  private final ExecutorService transport;

  ControlChannel(
      ControlClientConfig config,
      Supplier<NodeFacts> facts,
      Supplier<@Nullable SvidMaterial> svid,
      ScheduledExecutorService thread)
      throws GeneralSecurityException, IOException {
    OkHttpChannelBuilder builder = OkHttpChannelBuilder.forAddress(config.host(), config.port());
    if (config.security() instanceof Security.Tls tls) {
      builder.sslSocketFactory(ControlTls.socketFactory(tls, svid));
      String name = tls.serverName();
      if (name != null) {
        builder.overrideAuthority(name + ":" + config.port());
      }
    } else {
      if (!InetAddress.getByName(config.host()).isLoopbackAddress()) {
        throw new GeneralSecurityException(
            "control plane "
                + config.host()
                + " is not on loopback and would be reached in plaintext; use its TLS port");
      }
      builder.usePlaintext();
    }
    // The reader of the connection blocks, so it cannot be the control thread.
    transport = Executors.newCachedThreadPool(BackgroundThreads.named("weft-control-io"));
    channel =
        builder
            .executor(thread)
            .offloadExecutor(transport)
            .transportExecutor(transport)
            .scheduledExecutorService(thread)
            // The application's ProxySelector is not ours to call.
            .proxyDetector(address -> null)
            .keepAliveTime(30, TimeUnit.SECONDS)
            .keepAliveTimeout(10, TimeUnit.SECONDS)
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .disableRetry()
            .build();
    authorized = ClientInterceptors.intercept(channel, new Credentials(config, facts));
  }

  Channel calls() {
    return authorized;
  }

  /** A wait for reconnection is ours to choose; the channel's own would come on top of it. */
  void forgetBackoff() {
    channel.resetConnectBackoff();
  }

  void close() {
    channel.shutdown();
    try {
      if (!channel.awaitTermination(300, TimeUnit.MILLISECONDS)) {
        channel.shutdownNow();
      }
    } catch (InterruptedException e) {
      channel.shutdownNow();
      Thread.currentThread().interrupt();
    }
    transport.shutdown();
  }

  /** Adds who we are to every call; docs/control-protocol.md. */
  private record Credentials(ControlClientConfig config, Supplier<NodeFacts> facts)
      implements ClientInterceptor {
    private static final Metadata.Key<String> AUTHORIZATION =
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> IDENTITY =
        Metadata.Key.of("weft-identity", Metadata.ASCII_STRING_MARSHALLER);

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      return new ForwardingClientCall.SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void start(Listener<A> listener, Metadata headers) {
          Supplier<@Nullable String> source = config.token();
          String token = source == null ? null : source.get();
          if (token != null && !token.isBlank()) {
            headers.put(AUTHORIZATION, "Bearer " + token.strip());
          }
          NodeFacts node = facts.get();
          headers.put(IDENTITY, "ns/" + node.namespace() + "/sa/" + node.serviceAccount());
          super.start(listener, headers);
        }
      };
    }
  }
}
