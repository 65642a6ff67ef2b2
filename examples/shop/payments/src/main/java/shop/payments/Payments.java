package shop.payments;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Starts the cash desk: a gRPC server, no framework. */
public final class Payments {
  private Payments() {}

  public static void main(String[] args) throws Exception {
    Map<String, String> env = System.getenv();
    int port = Integer.parseInt(env.getOrDefault("PORT", "9090"));
    String address = env.getOrDefault("ADDRESS", "0.0.0.0");
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(address, port))
            .addService(new CashDesk(env.getOrDefault("INSTANCE", "payments")))
            .build()
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "shutdown"));
    server.awaitTermination();
  }

  private static void stop(Server server) {
    try {
      server.shutdown().awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      server.shutdownNow();
    }
  }
}
