package dev.weft.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code weft apply}: all documents, or none when one is refused. */
@Command(
    name = "apply",
    description = "Apply YAML documents from files, folders or standard input.")
final class ApplyCommand extends Verb {
  @Option(
      names = {"-f", "--file"},
      required = true,
      description = "File, folder, or - for standard input; several times.")
  private List<String> files = List.of();

  @Option(names = "--dry-run", description = "Only check.")
  private boolean dryRun;

  @Override
  JsonNode ask() throws Server.FailedException, IOException {
    StringBuilder text = new StringBuilder();
    for (String file : files) {
      if (file.equals("-")) {
        append(text, new String(System.in.readAllBytes(), StandardCharsets.UTF_8));
        continue;
      }
      Path path = Path.of(file);
      if (!Files.exists(path)) {
        throw new Server.FailedException("There is no file " + file + ".");
      }
      if (Files.isDirectory(path)) {
        try (Stream<Path> walk = Files.walk(path)) {
          for (Path each : walk.filter(ApplyCommand::isYaml).sorted().toList()) {
            append(text, Files.readString(each));
          }
        }
      } else {
        append(text, Files.readString(path));
      }
    }
    return server.post("/v1/documents" + (dryRun ? "?dryRun=true" : ""), text.toString());
  }

  private static void append(StringBuilder text, String more) {
    if (!text.isEmpty()) {
      text.append("\n---\n");
    }
    text.append(more);
  }

  private static boolean isYaml(Path path) {
    String name = path.toString();
    return name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
  }

  @Override
  int show(JsonNode answer) {
    Table table = new Table("KIND", "NAMESPACE", "NAME", "RESULT", "VERSION");
    for (JsonNode row : answer.path("applied")) {
      table.row(
          row.path("kind").asText(),
          row.path("namespace").asText(),
          row.path("name").asText(),
          row.path("result").asText(),
          row.path("resourceVersion").asText());
    }
    table.print(System.out);
    Server.findings(answer.path("findings"), System.err);
    return 0;
  }
}
