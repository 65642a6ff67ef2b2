package dev.weft.control;

import dev.weft.control.ca.CertificateAuthority;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Opens the gRPC ports. */
final class GrpcPorts {
  private static final int KEEP_ALIVE_SECONDS = 15;
  private static final int LEAST_KEEP_ALIVE_SECONDS = 5;

  private final BindableService ads;
  private final BindableService register;
  private final BindableService certificates;

  GrpcPorts(BindableService ads, BindableService register, BindableService certificates) {
    this.ads = ads;
    this.register = register;
    this.certificates = certificates;
  }

  /** All services; a client certificate is optional, but one that is shown must be valid. */
  Server tls(
      String bind,
      int port,
      CertificateAuthority authority,
      List<String> hosts,
      ServerInterceptor authentication)
      throws IOException {
    Set<String> names = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "::1"));
    names.addAll(hosts);
    CertificateAuthority.Held own = authority.server(names);
    SslContextBuilder ssl =
        SslContextBuilder.forServer(own.key(), own.chain().toArray(new X509Certificate[0]))
            .trustManager(authority.root())
            .clientAuth(ClientAuth.OPTIONAL);
    return start(
        builder(new InetSocketAddress(bind, port), authentication)
            .sslContext(GrpcSslContexts.configure(ssl).build())
            .addService(certificates),
        port);
  }

  /** Loopback only, whatever the other ports are bound to. No certificates are given here. */
  Server plaintext(int port, ServerInterceptor authentication) throws IOException {
    return start(
        builder(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), authentication),
        port);
  }

  private NettyServerBuilder builder(InetSocketAddress address, ServerInterceptor authentication) {
    return NettyServerBuilder.forAddress(address)
        .intercept(authentication)
        .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
        .permitKeepAliveTime(LEAST_KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
        .permitKeepAliveWithoutCalls(true)
        .addService(ads)
        .addService(register);
  }

  private static Server start(NettyServerBuilder builder, int port) throws IOException {
    try {
      return builder.build().start();
    } catch (IOException e) {
      throw new IOException(
          "Port "
              + port
              + " cannot be opened: "
              + e.getMessage()
              + ". Another control server may be running; choose another port (--ads-port,"
              + " --plaintext-port, --rest-port).",
          e);
    }
  }
}
