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
import java.util.concurrent.locks.LockSupport;

/**
 * A directory with PostgreSQL's programs, below which servers keep their data.
 *
 * <p>PostgreSQL refuses to run as root; then its programs run as {@code nobody} through {@code
 * setpriv}, and the directory belongs to that user.
 */
public final class PostgresHome implements AutoCloseable {
  private static final String UNPRIVILEGED = "65534";
  private static final int DELETE_TRIES = 30;

  private final Path directory;
  private final boolean root;
  private final List<Process> started = new ArrayList<>();
  private volatile boolean closed;

  private PostgresHome(Path directory, boolean root) {
    this.directory = directory;
    this.root = root;
  }

  /** Makes a fresh temporary directory; the programs are unpacked for the first server. */
  public static PostgresHome create() throws IOException {
    Path directory = Files.createTempDirectory("weft-postgres");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new PostgresHome(directory, "root".equals(System.getProperty("user.name")));
  }

  /**
   * Unpacks the programs unless they are there.
   *
   * @throws IOException the binaries do not fit this machine, or the disk is full
   */
  synchronized void prepare() throws IOException {
    if (Files.exists(data())) {
      return;
    }
    PostgresBinaries.unpack(directory.resolve("programs"), () -> !closed);
    Files.createDirectory(data());
    giveToServer(data());
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
    // Another thread may be writing its last file just now.
    for (int i = 1; ; i++) {
      try {
        delete();
        return;
      } catch (IOException | UncheckedIOException e) {
        if (i == DELETE_TRIES) {
          System.err.println("Cannot delete " + directory + " (" + e + "); delete it by hand");
          return;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      }
    }
  }

  private void delete() throws IOException {
    try (var paths = Files.walk(directory)) {
      for (Path path : (Iterable<Path>) paths.sorted(Comparator.reverseOrder())::iterator) {
        Files.deleteIfExists(path);
      }
    }
  }
}
