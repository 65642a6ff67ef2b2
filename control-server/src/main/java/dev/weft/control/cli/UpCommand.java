package dev.weft.control.cli;

import dev.weft.control.ControlServer;
import dev.weft.control.ServerOptions;
import dev.weft.control.compile.Mesh;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code weft up}: the control server in the foreground, until SIGTERM. */
@Command(name = "up", description = "Run the control server in the foreground.")
final class UpCommand implements Callable<Integer> {
  @Option(
      names = "--data",
      defaultValue = ".weft",
      description = "What it keeps (${DEFAULT-VALUE}).")
  private Path data = Path.of(".weft");

  @Option(
      names = "--ads-port",
      defaultValue = "15012",
      description = "TLS: ADS, registration, CA; 0: any.")
  private int adsPort;

  @Option(
      names = "--plaintext-port",
      defaultValue = "15010",
      description = "ADS on loopback; 0: any, -1: closed.")
  private int plaintextPort;

  @Option(
      names = "--rest-port",
      defaultValue = "15080",
      description = "REST and page on loopback; 0: any.")
  private int restPort;

  @Option(names = "--bind", defaultValue = "0.0.0.0", description = "Address of the TLS port.")
  private String bind = "0.0.0.0";

  @Option(
      names = "--host",
      description = "Further name or address of this server, for its certificate.")
  private List<String> hosts = List.of();

  @Option(
      names = "--lease",
      defaultValue = "30s",
      converter = DurationConverter.class,
      description = "Lease of instances.")
  private Duration lease = Duration.ofSeconds(30);

  @Option(
      names = "--svid-ttl",
      defaultValue = "24h",
      converter = DurationConverter.class,
      description = "Life of workload certificates.")
  private Duration svidTtl = Duration.ofHours(24);

  @Option(
      names = "--trust-domain",
      defaultValue = "cluster.local",
      description = "SPIFFE trust domain.")
  private String trustDomain = "cluster.local";

  @Override
  public Integer call() throws InterruptedException {
    Mesh.Settings base = Mesh.Settings.DEFAULT;
    ControlServer server;
    try {
      server =
          ControlServer.start(
              new ServerOptions(
                  data.toAbsolutePath(),
                  adsPort,
                  plaintextPort,
                  restPort,
                  bind,
                  hosts,
                  lease,
                  svidTtl,
                  new Mesh.Settings(
                      trustDomain, base.rootNamespace(), base.domain(), base.cluster())));
    } catch (IOException | IllegalArgumentException e) {
      System.err.println(e.getMessage());
      return 1;
    }
    CountDownLatch end = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.close();
                  end.countDown();
                },
                "weft-shutdown"));
    System.out.println("Weft control server is ready.");
    System.out.println("  ADS, registration, CA  " + server.adsPort() + " (TLS)");
    System.out.println("  ADS on loopback        " + server.plaintextPort());
    System.out.println("  REST and page          http://127.0.0.1:" + server.restPort() + "/");
    System.out.println("  documents              " + data.resolve("config"));
    System.out.println("  CA root                " + data.resolve("root.pem"));
    System.out.println("  join token             " + server.tokens().joinToken());
    System.out.flush();
    end.await();
    return 0;
  }
}
