package dev.weft.smoke.harm;

import dev.weft.smoke.Jars;
import dev.weft.smoke.harm.app.HarmApp;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** One running {@link HarmApp}; cases are sent to it one after another. */
final class HarmJvm implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;
  private final BufferedWriter in;
  private final Wire server;
  private final File err;

  HarmJvm(
      Path javaHome,
      Wire server,
      int refused,
      List<String> flags,
      Map<String, String> environment,
      String... arguments)
      throws IOException {
    this.server = server;
    err = File.createTempFile("weft-harm", ".err");
    List<String> command = new ArrayList<>(List.of(javaHome.resolve("bin/java").toString()));
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath(), HarmApp.class.getName()));
    command.addAll(List.of(Integer.toString(server.port()), Integer.toString(refused)));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(err);
    builder.environment().keySet().removeIf(name -> name.startsWith("WEFT_"));
    builder.environment().putAll(environment);
    process = builder.start();
    out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    in =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
  }

  /** The application and its libraries alone: no class of ours may come from the class path. */
  private static String classPath() {
    String own = HarmApp.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    return own + File.pathSeparator + String.join(File.pathSeparator, Jars.libraries());
  }

  /** Everything that can be observed of a case: by the application, and on the wire. */
  String observe(String client, int shape) throws IOException {
    server.begin();
    in.write(client + " " + shape + "\n");
    in.flush();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("RESULT ")) {
        String seen =
            new String(
                Base64.getDecoder().decode(line.substring("RESULT ".length())),
                StandardCharsets.UTF_8);
        return "application:\n" + seen + "wire:\n" + server.seen();
      }
    }
    throw new IllegalStateException(
        "The application ended: " + java.nio.file.Files.readString(err.toPath()));
  }

  String errors() throws IOException {
    return java.nio.file.Files.readString(err.toPath());
  }

  @Override
  public void close() throws IOException {
    in.close();
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    java.nio.file.Files.deleteIfExists(err.toPath());
  }
}
