package dev.weft.demo;

import dev.weft.demo.mesh.ControlServer;
import dev.weft.demo.mesh.Shop;
import dev.weft.demo.mesh.Tap;
import dev.weft.demo.process.Children;
import dev.weft.demo.process.Ports;
import dev.weft.demo.process.Wait;
import dev.weft.demo.report.Report;
import dev.weft.demo.shopper.Shopper;
import dev.weft.demo.shopper.ShopperMain;
import dev.weft.demo.story.Narrator;
import dev.weft.demo.story.PlaintextMarker;
import dev.weft.demo.story.Stage;
import dev.weft.demo.story.Story;
import dev.weft.examples.postgres.PostgresHome;
import dev.weft.examples.postgres.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** {@code ./weft demo [--report FILE] [--keep]}. */
public final class Demo {
  private static final Duration LEASE = Duration.ofSeconds(20);

  private final Path root;
  private final Path work;
  private final Cleanup cleanup;
  private final Narrator narrator = new Narrator();
  private final Report report = new Report();

  private Demo(Path root, Path work, Cleanup cleanup) {
    this.root = root;
    this.work = work;
    this.cleanup = cleanup;
  }

  /** Runs the demo; exit codes: 0 all figures within bounds, 1 not, 2 wrong usage. */
  public static void main(String[] args) throws Exception {
    if (args.length > 0 && args[0].equals("shopper")) {
      ShopperMain.main();
      return;
    }
    Options options = Options.parse(args);
    if (options == null) {
      System.err.println("Usage: ./weft demo [--report FILE] [--keep]");
      System.exit(2);
      return;
    }
    Path root = Path.of(System.getProperty("weft.root", ".")).toAbsolutePath().normalize();
    Path work = Files.createTempDirectory("weft-demo");
    Cleanup cleanup = new Cleanup();
    Runtime.getRuntime().addShutdownHook(new Thread(cleanup::close, "cleanup"));
    AtomicBoolean wellDone = new AtomicBoolean(true);
    // Nobody will want to read the logs of a demo that went well, or was broken off.
    cleanup.addLast(
        () -> {
          if (wellDone.get()) {
            delete(work);
          }
        });
    boolean holds = new Demo(root, work, cleanup).run(options);
    wellDone.set(holds || cleanup.closed());
    System.exit(holds ? 0 : 1);
  }

  private static void delete(Path folder) throws IOException {
    try (var paths = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) paths.sorted(Comparator.reverseOrder())::iterator) {
        Files.deleteIfExists(path);
      }
    }
  }

  private boolean run(Options options) {
    boolean played = false;
    try {
      Stage stage = set();
      Story.play(stage);
      played = true;
      finish(options);
      if (options.keep()) {
        System.out.println("Status page: " + stage.control().page());
        System.out.println("The shop:    http://" + stage.cast().address() + "/");
        System.out.println("All of it goes on until you press Ctrl-C.");
        new CountDownLatch(1).await();
      }
    } catch (Exception e) {
      if (cleanup.closed()) {
        return false;
      }
      System.out.println();
      System.out.println("The demo could not be played to its end: " + e);
      for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
        System.out.println("  because: " + cause);
      }
      System.out.println("Logs of all processes: " + work.resolve("logs"));
      if (!played) {
        System.out.println(report.table());
      }
      return false;
    }
    return report.holds();
  }

  private void finish(Options options) throws IOException {
    report.atMost(
        "seconds", "Seconds from the first process to this table", narrator.seconds(), 180);
    System.out.println();
    System.out.print(report.table());
    if (options.report() != null) {
      report.write(options.report());
    }
    if (!report.holds()) {
      System.out.println("A figure is off. Logs of all processes: " + work.resolve("logs"));
    }
  }

  private Stage set() throws Exception {
    Path logs = Files.createDirectories(work.resolve("logs"));
    Children children = cleanup.add(new Children(logs));
    narrator.step("Starting a control server, two databases and the shop");
    // Databases take a while and need no other; meanwhile the control server starts.
    CompletableFuture<Databases> databases = CompletableFuture.supplyAsync(this::databases);
    ControlServer control =
        new ControlServer(
            children,
            root.resolve("control-server/target/weft-control.jar"),
            work.resolve("control"),
            LEASE);
    narrator.say("control server: %s", control.page());
    control.apply("catalog-versions.yaml");
    control.apply("orders-retries.yaml");
    control.apply("storefront-retries.yaml");
    Shop shop = new Shop(children, root, work, control);
    var cast =
        new Stage.Cast(
            shop.catalog("catalog-v1-a", "v1"),
            shop.catalog("catalog-v1-b", "v1"),
            shop.catalog("catalog-v2", "v2"),
            shop.orders("orders", Tap.ownAddress().getHostAddress()),
            shop.payments(),
            shop.recommendations(),
            shop.storefront());
    Tap tap = cleanup.add(PlaintextMarker.tapBefore(cast.orders()));
    Shopper shopper = shop.shopper();
    Databases pair = databases.join();
    narrator.say(
        "databases: primary %d, synchronous standby %d",
        pair.primary().port(), pair.standby().port());
    control.apply(
        "orders-db.yaml",
        Map.of(
            "primary", Integer.toString(pair.primary().port()),
            "standby", Integer.toString(pair.standby().port())));
    Wait.until(
        "all services listen (logs: " + logs + ")",
        Duration.ofSeconds(90),
        () -> cast.all().stream().allMatch(instance -> Ports.open(instance.port())));
    narrator.say("%d instances of 5 services listen", cast.all().size());
    return new Stage(
        control, shop, shopper, cast, tap, pair.primary(), pair.standby(), narrator, report);
  }

  private record Databases(PostgresServer primary, PostgresServer standby) {}

  private Databases databases() {
    try {
      PostgresHome home = cleanup.add(PostgresHome.create());
      PostgresServer primary = cleanup.add(PostgresServer.primary(home, "primary"));
      PostgresServer standby = cleanup.add(PostgresServer.synchronousStandby(primary, "standby"));
      return new Databases(primary, standby);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the command line asks for. */
  private record Options(@Nullable Path report, boolean keep) {
    static @Nullable Options parse(String[] args) {
      Path report = null;
      boolean keep = false;
      for (int i = 0; i < args.length; i++) {
        if (args[i].equals("--keep")) {
          keep = true;
        } else if (args[i].equals("--report") && i + 1 < args.length) {
          report = Path.of(args[++i]);
        } else {
          return null;
        }
      }
      return new Options(report, keep);
    }
  }
}
