package dev.weft.examples.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A directory with PostgreSQL's programs, below which servers keep their data.
 *
 * <p>PostgreSQL refuses to run as root; then its programs run as {@code nobody} through {@code
 * setpriv}, and the directory belongs to that user.
 */
public final class PostgresHome implements AutoCloseable {
  private static final String UNPRIVILEGED = "65534";

  private final Path directory;
  private final boolean root;
  private final List<Process> started = new ArrayList<>();
  private boolean closed;

  private PostgresHome(Path directory, boolean root) {
    this.directory = directory;
    this.root = root;
  }

  /**
   * Unpacks the programs into a fresh temporary directory.
   *
   * @throws IOException the binaries do not fit this machine, or the disk is full
   */
  public static PostgresHome create() throws IOException {
    Path directory = Files.createTempDirectory("weft-postgres");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    var home = new PostgresHome(directory, "root".equals(System.getProperty("user.name")));
    try {
      PostgresBinaries.unpack(directory.resolve("programs"));
      Files.createDirectory(home.data());
      home.giveToServer(home.data());
    } catch (IOException | RuntimeException e) {
      home.close();
      throw e;
    }
    return home;
  }

  Path data() {
    return directory.resolve("data");
  }

  /** Makes the command line for one of PostgreSQL's programs. */
  List<String> command(String program, String... arguments) {
    List<String> command = new ArrayList<>();
    if (root) {
      // One chain of exec: the process that we start is the program, with the program's pid.
      command.addAll(
          List.of(
              "setpriv", "--reuid=" + UNPRIVILEGED, "--regid=" + UNPRIVILEGED, "--clear-groups"));
    }
    command.add(directory.resolve("programs/bin").resolve(program).toString());
    command.addAll(Arrays.asList(arguments));
    return command;
  }

  /** Starts a program that {@link #close} ends, whoever else may. */
  Process start(Path log, String program, String... arguments) throws IOException {
    synchronized (started) {
      if (closed) {
        throw new IOException("This PostgreSQL home is closed");
      }
      Process process =
          new ProcessBuilder(command(program, arguments))
              .directory(data().toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      started.add(process);
      return process;
    }
  }

  /** Runs a program to its end. */
  void run(String program, String... arguments) throws IOException {
    Path log = directory.resolve(program + ".log");
    Process process = start(log, program, arguments);
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        end(process);
        throw new IOException(program + " did not end within 60 s");
      }
    } catch (InterruptedException e) {
      end(process);
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while " + program + " ran", e);
    }
    if (process.exitValue() != 0) {
      throw new IOException(
          program + " ended with " + process.exitValue() + ": " + Files.readString(log));
    }
  }

  /** Ends a process and what it has started, and waits for that. */
  static void end(Process process) {
    // The head first: a server whose backend dies would begin to recover.
    List<ProcessHandle> all = new ArrayList<>(List.of(process.toHandle()));
    all.addAll(process.descendants().toList());
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(handle -> handle.onExit().join());
  }

  /** Makes {@code tree} and all below it belong to the user whom servers run as. */
  void giveToServer(Path tree) throws IOException {
    if (!root) {
      return;
    }
    var users = directory.getFileSystem().getUserPrincipalLookupService();
    var owner = users.lookupPrincipalByName("nobody");
    try (var paths = Files.walk(tree)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        Files.setOwner(path, owner);
      }
    }
  }

  /** Ends whatever still runs and deletes everything. */
  @Override
  public void close() {
    synchronized (started) {
      closed = true;
      started.forEach(PostgresHome::end);
    }
    try (var paths = Files.walk(directory)) {
      for (Path path : (Iterable<Path>) paths.sorted(Comparator.reverseOrder())::iterator) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + directory + "; delete it by hand", e);
    }
  }
}
