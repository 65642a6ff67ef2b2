package dev.weft.smoke.envoy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Finds the real Envoy, installing it below the build folder if need be. */
final class EnvoyBinary {
  private static String path;

  private EnvoyBinary() {}

  /** Fails where CI=true and Envoy cannot be had; elsewhere the test is skipped. */
  static synchronized String path() throws IOException, InterruptedException {
    if (path == null) {
      path = find();
    }
    return path;
  }

  private static String find() throws IOException, InterruptedException {
    Path module = module();
    Process process =
        new ProcessBuilder(
                "sh",
                module.resolve("scripts/envoy.sh").toString(),
                module.resolve("target/envoy").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
    if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0 || out.isEmpty()) {
      process.destroyForcibly();
      String message = "No Envoy: scripts/envoy.sh ended without one. Set WEFT_ENVOY to a binary.";
      if ("true".equals(System.getenv("CI"))) {
        throw new AssertionError(message);
      }
      Assumptions.abort(message);
    }
    return out;
  }

  private static Path module() {
    Path here = Path.of("").toAbsolutePath();
    return here.endsWith("smoke-tests") ? here : here.resolve("smoke-tests");
  }
}
