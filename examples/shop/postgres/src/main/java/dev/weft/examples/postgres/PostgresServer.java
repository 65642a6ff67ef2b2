package dev.weft.examples.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One PostgreSQL server on a free loopback port. User {@code shop}, password {@code shop} (any is
 * taken: connections from loopback are trusted), database {@code postgres}.
 */
public final class PostgresServer implements AutoCloseable {
  private final PostgresHome home;
  private final String name;
  private final int port;
  private Process process;

  private PostgresServer(PostgresHome home, String name, int port, Process process) {
    this.home = home;
    this.name = name;
    this.port = port;
    this.process = process;
  }

  /**
   * Makes a new cluster and starts it.
   *
   * @param settings {@code name=value} as in postgresql.conf
   */
  public static PostgresServer primary(PostgresHome home, String name, String... settings)
      throws IOException {
    home.prepare();
    home.run(
        "initdb",
        "--pgdata=" + home.data().resolve(name),
        "--username=shop",
        "--auth=trust",
        "--encoding=UTF8",
        "--no-locale",
        "--no-sync");
    return start(home, name, freePort(), settings);
  }

  /**
   * Makes {@code primary} replicate synchronously to a new standby: a commit is acknowledged only
   * when both hold it. The primary is stopped for the copy and started again on its port.
   */
  public static PostgresServer synchronousStandby(PostgresServer primary, String name)
      throws IOException {
    PostgresHome home = primary.home;
    primary.stop();
    Path copy = home.data().resolve(name);
    copy(home.data().resolve(primary.name), copy);
    Files.createFile(copy.resolve("standby.signal"));
    Files.writeString(
        copy.resolve("postgresql.auto.conf"),
        "primary_conninfo = 'host=127.0.0.1 port=%d user=shop application_name=%s'%n"
            .formatted(primary.port, name),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    home.giveToServer(copy);
    // By command line, so that the standby does not inherit it: promoted, it stands alone.
    primary.process = launch(home, primary.name, primary.port, "synchronous_standby_names=" + name);
    primary.awaitReady();
    return start(home, name, freePort());
  }

  private static PostgresServer start(PostgresHome home, String name, int port, String... settings)
      throws IOException {
    var server = new PostgresServer(home, name, port, launch(home, name, port, settings));
    server.awaitReady();
    return server;
  }

  private static Process launch(PostgresHome home, String name, int port, String... settings)
      throws IOException {
    Path data = home.data().resolve(name);
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("-D", data.toString(), "-p", Integer.toString(port)));
    for (String setting :
        List.of(
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "shared_buffers=16MB",
            "max_connections=60",
            "wal_level=replica",
            "max_wal_senders=4",
            "wal_retrieve_retry_interval=200ms")) {
      arguments.addAll(List.of("-c", setting));
    }
    for (String setting : settings) {
      arguments.addAll(List.of("-c", setting));
    }
    return home.start(
        home.data().resolve(name + ".log"), "postgres", arguments.toArray(new String[0]));
  }

  private void awaitReady() throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!ready()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        process.destroyForcibly();
        throw new IOException("PostgreSQL " + name + " did not start: " + log());
      }
      sleep();
    }
  }

  private boolean ready() throws IOException {
    try {
      String pid = Files.readString(home.data().resolve(name).resolve("postmaster.pid"));
      return pid.startsWith(process.pid() + "\n") && pid.contains("ready");
    } catch (java.nio.file.NoSuchFileException e) {
      return false;
    }
  }

  private static void sleep() throws IOException {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while waiting for PostgreSQL", e);
    }
  }

  /** What the server has logged. */
  public String log() throws IOException {
    return Files.readString(home.data().resolve(name + ".log"));
  }

  /** The port on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** A URL that connects to this server and no other. */
  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  /**
   * Kills the postmaster with SIGKILL, and the backends that it leaves behind: a machine that loses
   * power leaves none.
   */
  public void kill() {
    PostgresHome.end(process);
  }

  /** Stops the server at once but in order ("fast shutdown"). Idempotent. */
  public void stop() throws IOException {
    if (process.isAlive()) {
      home.run("pg_ctl", "stop", "--pgdata=" + home.data().resolve(name), "--mode=fast", "--wait");
    }
  }

  /** Makes a standby the primary; returns when it takes writes. */
  public void promote() throws IOException {
    home.run("pg_ctl", "promote", "--pgdata=" + home.data().resolve(name), "--wait");
  }

  /** Ends the server without ceremony; its data is to be thrown away. */
  @Override
  public void close() {
    kill();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var paths = Files.walk(from)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        Files.copy(path, to.resolve(from.relativize(path)));
      }
    }
    Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwx------"));
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
