package dev.weft.control.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.control.analyze.Analyzer;
import dev.weft.control.rest.RestServer.Request;
import dev.weft.control.source.Document;
import dev.weft.control.source.DocumentKey;
import dev.weft.control.source.DocumentParser;
import dev.weft.control.source.Finding;
import dev.weft.control.source.FindingCode;
import dev.weft.control.source.Kind;
import dev.weft.control.store.ConflictException;
import dev.weft.control.store.DocumentStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/documents}: GET lists ({@code ?kind=&namespace=&name=}), POST applies YAML ({@code
 * ?dryRun}), DELETE {@code /v1/documents/KIND/NAMESPACE/NAME} with {@code If-Match} removes.
 */
final class DocumentsResource implements RestServer.Resource {
  private final ControlApi api;

  DocumentsResource(ControlApi api) {
    this.api = api;
  }

  @Override
  public Object handle(Request request) throws ApiException, IOException {
    return switch (request.method()) {
      case "GET" -> list(request);
      case "POST" -> apply(request);
      case "DELETE" -> delete(request);
      default -> throw new ApiException(405, "Use GET, POST or DELETE.");
    };
  }

  private Object list(Request request) throws ApiException {
    Kind kind = null;
    String asked = request.query().getOrDefault("kind", "");
    if (!asked.isEmpty()) {
      kind = kind(asked);
    }
    List<Map<String, Object>> documents = new ArrayList<>();
    for (Document document : api.store().documents()) {
      DocumentKey key = document.key();
      if ((kind == null || key.kind().equals(kind.text()))
          && matches(request, "namespace", key.namespace())
          && matches(request, "name", key.name())) {
        documents.add(row(document, true));
      }
    }
    return Map.of("documents", documents);
  }

  private static boolean matches(Request request, String name, String value) {
    String asked = request.query().getOrDefault(name, "");
    return asked.isEmpty() || asked.equals(value);
  }

  private Object apply(Request request) throws ApiException, IOException {
    DocumentParser.Parsed parsed = DocumentParser.parse(request.body(), "input");
    List<Finding> findings = new ArrayList<>(parsed.findings());
    Set<DocumentKey> keys = new HashSet<>();
    for (Document document : parsed.documents()) {
      if (!keys.add(document.key())) {
        findings.add(
            new Finding(
                FindingCode.DUPLICATE, document.key().toString(), "", "is given twice; keep one."));
      }
    }
    if (findings.stream().anyMatch(finding -> finding.code().refuses())) {
      throw new ApiException(422, "Refused; nothing was changed.", findings);
    }
    if (parsed.documents().isEmpty()) {
      throw new ApiException(422, "The input holds no document; nothing was changed.");
    }
    boolean dryRun = request.query().containsKey("dryRun");
    List<DocumentStore.Change> changes = List.of();
    if (!dryRun) {
      try {
        changes = api.store().put(parsed.documents(), parsed.given());
      } catch (ConflictException e) {
        throw new ApiException(409, "" + e.getMessage());
      }
    }
    List<Map<String, Object>> applied = new ArrayList<>();
    for (int i = 0; i < parsed.documents().size(); i++) {
      Map<String, Object> row = row(parsed.documents().get(i), false);
      row.put("result", dryRun ? "valid" : changes.get(i).name().toLowerCase(Locale.ROOT));
      applied.add(row);
    }
    return Map.of("applied", applied, "findings", about(keys));
  }

  /** Warnings about what was applied, as the mesh is with it. */
  private List<Finding> about(Set<DocumentKey> keys) throws ApiException {
    Set<String> subjects = new HashSet<>();
    keys.forEach(key -> subjects.add(key.toString()));
    return Analyzer.analyze(api.await(api.loop().fresh())).stream()
        .filter(finding -> subjects.contains(finding.subject()))
        .toList();
  }

  private Object delete(Request request) throws ApiException, IOException {
    String[] parts = request.path().split("/");
    if (parts.length != 6) {
      throw new ApiException(404, "Use DELETE /v1/documents/KIND/NAMESPACE/NAME.");
    }
    DocumentKey key = new DocumentKey(kind(parts[3]).text(), parts[4], parts[5]);
    @Nullable String expected = request.ifMatch().isEmpty() ? null : request.ifMatch();
    try {
      if (!api.store().delete(key, expected)) {
        throw new ApiException(404, "There is no " + key + ".");
      }
    } catch (ConflictException e) {
      throw new ApiException(409, "" + e.getMessage());
    }
    return Map.of("deleted", key.toString());
  }

  private static Kind kind(String name) throws ApiException {
    Kind kind = Kind.of(name);
    if (kind == null) {
      List<String> names = new ArrayList<>();
      for (Kind each : Kind.values()) {
        names.add(each.text());
      }
      throw new ApiException(
          404, "There is no kind '" + name + "'; use one of " + String.join(", ", names) + ".");
    }
    return kind;
  }

  private static Map<String, Object> row(Document document, boolean whole) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("kind", document.key().kind());
    row.put("namespace", document.key().namespace());
    row.put("name", document.key().name());
    row.put("resourceVersion", document.resourceVersion());
    if (whole) {
      ObjectNode raw = document.raw().deepCopy();
      if (raw.get("metadata") instanceof ObjectNode metadata) {
        metadata.put("resourceVersion", document.resourceVersion());
      }
      row.put("document", raw);
    }
    return row;
  }
}
