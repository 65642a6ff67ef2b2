package dev.weft.control.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns YAML (or JSON, which is YAML) into documents and findings. */
public final class DocumentParser {
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?");
  private static final ObjectMapper YAML =
      new ObjectMapper(
              YAMLFactory.builder()
                  .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                  .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                  .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(
              com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  private DocumentParser() {}

  /**
   * What a text holds.
   *
   * @param documents those without refusing findings
   * @param given the resourceVersion that each came with, in the order of {@code documents}; null:
   *     none
   */
  public record Parsed(
      List<Document> documents, List<@Nullable String> given, List<Finding> findings) {
    /** Whether something was refused. */
    public boolean refused() {
      return findings.stream().anyMatch(finding -> finding.code().refuses());
    }
  }

  /** Parses all documents of a text. */
  public static Parsed parse(String text, String origin) {
    List<Document> documents = new ArrayList<>();
    List<@Nullable String> given = new ArrayList<>();
    List<Finding> findings = new ArrayList<>();
    try (MappingIterator<JsonNode> nodes = YAML.readerFor(JsonNode.class).readValues(text)) {
      int index = 0;
      while (nodes.hasNext()) {
        JsonNode node = nodes.next();
        index++;
        if (node != null && !node.isNull() && !node.isMissingNode()) {
          one(node, origin + " document " + index, documents, given, findings);
        }
      }
    } catch (JsonProcessingException | RuntimeException e) {
      findings.add(new Finding(FindingCode.YAML_SYNTAX, origin, "", syntax(e)));
    } catch (IOException e) {
      findings.add(new Finding(FindingCode.YAML_SYNTAX, origin, "", "" + e.getMessage()));
    }
    return new Parsed(documents, given, findings);
  }

  private static String syntax(Exception e) {
    String where = "";
    String message = "" + e.getMessage();
    if (e instanceof JsonProcessingException json) {
      message = "" + json.getOriginalMessage();
      if (json.getLocation() != null) {
        where =
            " at line "
                + json.getLocation().getLineNr()
                + ", column "
                + json.getLocation().getColumnNr();
      }
    }
    return "cannot be read" + where + ": " + message.lines().findFirst().orElse("") + ".";
  }

  private static void one(
      JsonNode node,
      String place,
      List<Document> documents,
      List<@Nullable String> given,
      List<Finding> findings) {
    if (!(node instanceof ObjectNode object)) {
      findings.add(
          new Finding(
              FindingCode.NOT_A_DOCUMENT,
              place,
              "",
              "is not an object; write apiVersion," + " kind, metadata and spec."));
      return;
    }
    String kindText = object.path("kind").asText("");
    JsonNode metadata = object.path("metadata");
    String name = metadata.path("name").asText("");
    String namespace = metadata.path("namespace").asText("default");
    DocumentKey key = new DocumentKey(kindText, namespace, name);
    String subject = name.isEmpty() || kindText.isEmpty() ? place : key.toString();
    Kind kind = Kind.of(kindText);
    if (kind == null || !kind.text().equals(kindText)) {
      findings.add(unknownKind(kindText, subject));
      return;
    }
    List<Finding> own = new ArrayList<>();
    Fields root =
        new Fields(
            object, "", p -> own.add(new Finding(p.code(), subject, p.field(), p.message())));
    String apiVersion = root.text("apiVersion", "");
    if (!kind.accepts(apiVersion)) {
      root.problem(
          FindingCode.NOT_ALLOWED,
          "apiVersion",
          "is '" + apiVersion + "'; for " + kindText + " write " + kind.group() + "/v1.");
    }
    root.text("kind");
    Fields meta = root.object("metadata");
    checkName(meta, "name", name);
    checkName(meta, "namespace", namespace);
    meta.text("name");
    meta.text("namespace");
    var labels = meta.textMap("labels");
    var annotations = meta.textMap("annotations");
    String version = meta.text("resourceVersion");
    meta.ignore("creationTimestamp", "generation", "uid", "managedFields", "selfLink");
    meta.end();
    Spec spec = kind.read(root.object("spec"));
    if (!root.has("spec")) {
      root.problem(FindingCode.FIELD_MISSING, "spec", "is missing; it must be there.");
    }
    root.object("status");
    root.end();
    findings.addAll(own);
    if (own.stream().noneMatch(finding -> finding.code().refuses())) {
      ObjectNode raw = object.deepCopy();
      raw.remove("status");
      if (raw.get("metadata") instanceof ObjectNode m) {
        m.remove("resourceVersion");
        m.put("namespace", namespace);
      }
      documents.add(new Document(key, version(raw), labels, annotations, spec, raw));
      given.add(version);
    }
  }

  private static void checkName(Fields meta, String field, String value) {
    if (value.isEmpty()) {
      meta.problem(FindingCode.FIELD_MISSING, field, "is missing; it must be there.");
    } else if (!NAME.matcher(value).matches() || value.length() > 253) {
      meta.problem(
          FindingCode.NOT_ALLOWED,
          field,
          "is '" + value + "'; use lower-case letters, digits, '-' and '.'.");
    }
  }

  private static Finding unknownKind(String kind, String subject) {
    List<String> names = new ArrayList<>();
    for (Kind each : Kind.values()) {
      names.add(each.text());
    }
    String nearest = Nearest.to(kind, names);
    String remedy =
        nearest != null && !kind.isEmpty()
            ? "did you mean " + nearest + "?"
            : "accepted are " + String.join(", ", names) + ".";
    return new Finding(
        kind.isEmpty() ? FindingCode.NOT_A_DOCUMENT : FindingCode.KIND_UNSUPPORTED,
        subject,
        "kind",
        kind.isEmpty()
            ? "is missing; " + remedy
            : "is '" + kind + "', which is not accepted; " + remedy);
  }

  /** Version of a document: a hash of its content, whatever the order of its fields. */
  private static String version(ObjectNode raw) {
    return ContentHash.of(sorted(raw).toString().getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode sorted(JsonNode node) {
    if (node instanceof ObjectNode object) {
      ObjectNode copy = object.objectNode();
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      names.stream().sorted().forEach(name -> copy.set(name, sorted(object.get(name))));
      return copy;
    }
    return node;
  }

  /** Documents as YAML text, one after the other. */
  public static String write(List<ObjectNode> documents) throws JsonProcessingException {
    StringBuilder text = new StringBuilder();
    for (ObjectNode document : documents) {
      if (!text.isEmpty()) {
        text.append("---\n");
      }
      text.append(YAML.writeValueAsString(document));
    }
    return text.toString();
  }
}
