package dev.weft.control.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.control.source.Document;
import dev.weft.control.source.DocumentKey;
import dev.weft.control.source.DocumentParser;
import dev.weft.control.source.Finding;
import dev.weft.control.source.FindingCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The documents: a folder of YAML files, by hand or by API, in git if people like.
 *
 * <p>What {@link #put} and {@link #delete} have done when they return survives a crash. Each
 * document is written as a whole; several of one put one after the other. Edits by hand are found
 * by {@link #rescan}; a bad one is reported and the last good content of that file stays in force.
 * Thread-safe; {@code changed} is called under the lock and must only enqueue.
 */
public final class DocumentStore {
  private static final Logger LOG = LoggerFactory.getLogger(DocumentStore.class);

  private final Path folder;
  private final Runnable changed;
  private final Map<Path, DocumentFile> files = new TreeMap<>();
  private Map<DocumentKey, Path> places = new TreeMap<>();
  private Map<DocumentKey, Document> documents = new TreeMap<>();
  private List<Finding> findings = List.of();

  private DocumentStore(Path folder, Runnable changed) {
    this.folder = folder;
    this.changed = changed;
  }

  /** Opens a folder, making it when it is not there. */
  public static DocumentStore open(Path folder, Runnable changed) throws IOException {
    Files.createDirectories(folder);
    DocumentStore store = new DocumentStore(folder, changed);
    store.rescan();
    return store;
  }

  /** What happened to a document of a put. */
  public enum Change {
    CREATED,
    CONFIGURED,
    UNCHANGED
  }

  /** All documents in force, sorted. */
  public synchronized List<Document> documents() {
    return List.copyOf(documents.values());
  }

  /** One document, or null. */
  public synchronized @Nullable Document get(DocumentKey key) {
    return documents.get(key);
  }

  /** What is wrong with files as they are now. */
  public synchronized List<Finding> findings() {
    return findings;
  }

  /**
   * Writes documents, durably. The expected versions are all checked before anything is written.
   *
   * @param expected by position: the version that is replaced; null: any, also none
   */
  public synchronized List<Change> put(
      List<Document> puts, List<? extends @Nullable String> expected)
      throws IOException, ConflictException {
    for (int i = 0; i < puts.size(); i++) {
      check(puts.get(i).key(), expected.get(i));
    }
    List<Change> changes = new ArrayList<>();
    for (Document put : puts) {
      Document old = documents.get(put.key());
      if (old != null && old.resourceVersion().equals(put.resourceVersion())) {
        changes.add(Change.UNCHANGED);
        continue;
      }
      Path path = places.getOrDefault(put.key(), path(put.key()));
      rewrite(path, put.key(), put.raw());
      changes.add(old == null ? Change.CREATED : Change.CONFIGURED);
    }
    index();
    return changes;
  }

  /**
   * Removes a document, durably.
   *
   * @param expected version that is removed; null: any
   * @return false when there was none
   */
  public synchronized boolean delete(DocumentKey key, @Nullable String expected)
      throws IOException, ConflictException {
    if (!documents.containsKey(key)) {
      return false;
    }
    check(key, expected);
    Path path = places.get(key);
    if (path != null) {
      rewrite(path, key, null);
    }
    index();
    return true;
  }

  /** Looks for edits by hand. */
  public synchronized void rescan() throws IOException {
    boolean any = false;
    List<Path> present = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      walk.filter(DocumentStore::isDocumentFile).sorted().forEach(present::add);
    }
    for (Path path : present) {
      try {
        DocumentFile before = files.get(path);
        if (before == null || !before.stamp().equals(DocumentFile.Stamp.of(path))) {
          DocumentFile now = DocumentFile.read(path, name(path), before);
          files.put(path, now);
          any = true;
          now.findings().forEach(finding -> LOG.warn("{}: {}", name(path), finding));
        }
      } catch (java.nio.file.NoSuchFileException e) {
        any |= files.remove(path) != null;
      }
    }
    any |= files.keySet().retainAll(present);
    if (any) {
      index();
    }
  }

  private void check(DocumentKey key, @Nullable String expected) throws ConflictException {
    if (expected == null) {
      return;
    }
    Document old = documents.get(key);
    String now = old == null ? "" : old.resourceVersion();
    if (!expected.equals(now)) {
      throw new ConflictException(
          key
              + " is at version "
              + (now.isEmpty() ? "none (it does not exist)" : now)
              + ", not "
              + expected
              + ". Nothing was changed; read it again and repeat.");
    }
  }

  /** Replaces, adds or (null) removes one document of a file; other documents in it stay. */
  private void rewrite(Path path, DocumentKey key, @Nullable ObjectNode content)
      throws IOException {
    List<ObjectNode> nodes = new ArrayList<>();
    boolean found = false;
    DocumentFile file = files.get(path);
    if (file != null) {
      for (Document document : file.documents()) {
        if (!document.key().equals(key)) {
          nodes.add(document.raw());
        } else if (content != null) {
          nodes.add(content);
          found = true;
        }
      }
    }
    if (content != null && !found) {
      nodes.add(content);
    }
    if (nodes.isEmpty()) {
      DurableFile.delete(path);
      files.remove(path);
    } else {
      DurableFile.write(path, DocumentParser.write(nodes).getBytes(StandardCharsets.UTF_8));
      files.put(path, DocumentFile.read(path, name(path), file));
    }
  }

  private void index() {
    Map<DocumentKey, Path> newPlaces = new TreeMap<>();
    Map<DocumentKey, Document> newDocuments = new TreeMap<>();
    List<Finding> newFindings = new ArrayList<>();
    files.forEach(
        (path, file) -> {
          newFindings.addAll(file.findings());
          for (Document document : file.documents()) {
            Path first = newPlaces.putIfAbsent(document.key(), path);
            if (first == null) {
              newDocuments.put(document.key(), document);
            } else {
              newFindings.add(
                  new Finding(
                      FindingCode.DUPLICATE,
                      document.key().toString(),
                      "",
                      "is in "
                          + name(first)
                          + " and in "
                          + name(path)
                          + "; the first is in force. Remove one."));
            }
          }
        });
    places = newPlaces;
    documents = newDocuments;
    findings = List.copyOf(newFindings);
    changed.run();
  }

  private Path path(DocumentKey key) {
    return folder
        .resolve(key.namespace())
        .resolve(key.kind().toLowerCase(Locale.ROOT) + "-" + key.name() + ".yaml");
  }

  private String name(Path path) {
    return folder.relativize(path).toString();
  }

  private static boolean isDocumentFile(Path path) {
    String name = String.valueOf(path.getFileName());
    return (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json"))
        && !name.startsWith(".")
        && Files.isRegularFile(path);
  }
}
