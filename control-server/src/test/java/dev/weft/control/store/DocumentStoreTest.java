package dev.weft.control.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.source.Document;
import dev.weft.control.source.DocumentKey;
import dev.weft.control.source.DocumentParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentStoreTest {
  private static final DocumentKey KEY = new DocumentKey("PeerAuthentication", "n", "x");

  @TempDir Path folder;
  private final AtomicInteger changes = new AtomicInteger();

  private DocumentStore open() throws IOException {
    return DocumentStore.open(folder, changes::incrementAndGet);
  }

  private static String yaml(String name, String mode) {
    return """
    apiVersion: security.istio.io/v1
    kind: PeerAuthentication
    metadata: {name: %s, namespace: n}
    spec: {mtls: {mode: %s}}
    """
        .formatted(name, mode);
  }

  private static List<Document> documents(String text) {
    DocumentParser.Parsed parsed = DocumentParser.parse(text, "test");
    assertThat(parsed.findings()).isEmpty();
    return parsed.documents();
  }

  private static void put(DocumentStore store, String text, String expected) throws Exception {
    List<String> versions = new ArrayList<>();
    versions.add(expected);
    store.put(documents(text), versions);
  }

  @Test
  void whatWasPutIsThereAfterARestart() throws Exception {
    put(open(), yaml("x", "STRICT"), null);
    assertThat(open().documents()).extracting(Document::key).containsExactly(KEY);
  }

  @Test
  void ofTwoWritersWithTheSameVersionOneIsRefused() throws Exception {
    DocumentStore store = open();
    put(store, yaml("x", "STRICT"), null);
    String version = store.get(KEY).resourceVersion();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Boolean>> writers = new ArrayList<>();
      for (String mode : List.of("DISABLE", "PERMISSIVE", "UNSET", "DISABLE")) {
        writers.add(
            () -> {
              try {
                put(store, yaml("x", mode), version);
                return true;
              } catch (ConflictException e) {
                return false;
              }
            });
      }
      int written = 0;
      for (Future<Boolean> writer : threads.invokeAll(writers)) {
        written += writer.get() ? 1 : 0;
      }
      assertThat(written).isEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void nothingOfAPutIsWrittenWhenOneVersionIsStale() throws Exception {
    DocumentStore store = open();
    put(store, yaml("x", "STRICT"), null);
    List<String> versions = new ArrayList<>();
    versions.add(null);
    versions.add("stale");
    assertThatThrownBy(
            () ->
                store.put(
                    documents(yaml("y", "STRICT") + "---\n" + yaml("x", "DISABLE")), versions))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("Nothing was changed");
    assertThat(store.documents()).hasSize(1);
  }

  @Test
  void aBadEditByHandIsReportedAndTheLastGoodStays() throws Exception {
    DocumentStore store = open();
    put(store, yaml("x", "STRICT"), null);
    Path file = folder.resolve("n/peerauthentication-x.yaml");
    Files.writeString(file, yaml("x", "STRCT"));
    store.rescan();
    assertThat(store.findings())
        .singleElement()
        .satisfies(f -> assertThat(f.field()).isEqualTo("spec.mtls.mode"));
    assertThat(store.get(KEY)).isNotNull();

    Files.writeString(file, yaml("x", "DISABLE"));
    store.rescan();
    assertThat(store.findings()).isEmpty();
    assertThat(store.get(KEY).raw().at("/spec/mtls/mode").asText()).isEqualTo("DISABLE");
  }

  @Test
  void editsByHandArePickedUpAndAnUnchangedFolderChangesNothing() throws Exception {
    DocumentStore store = open();
    Files.writeString(
        folder.resolve("all.yaml"), yaml("x", "STRICT") + "---\n" + yaml("y", "UNSET"));
    store.rescan();
    assertThat(store.documents()).hasSize(2);
    int before = changes.get();
    store.rescan();
    assertThat(changes).hasValue(before);

    assertThat(store.delete(KEY, null)).isTrue();
    assertThat(open().documents()).extracting(d -> d.key().name()).containsExactly("y");
    Files.delete(folder.resolve("all.yaml"));
    store.rescan();
    assertThat(store.documents()).isEmpty();
  }

  @Test
  void leftoversOfACrashInTheMiddleOfAWriteAreNotRead() throws Exception {
    put(open(), yaml("x", "STRICT"), null);
    Files.writeString(folder.resolve("n/.peerauthentication-x.yaml123.weft-tmp"), "kind: Peer");
    assertThat(open().documents()).hasSize(1);
    assertThat(open().findings()).isEmpty();
  }

  /** A reader at any moment of many writes sees a whole document. */
  @Test
  void aFileIsAlwaysWhole() throws Exception {
    DocumentStore store = open();
    put(store, yaml("x", "STRICT"), null);
    Path file = folder.resolve("n/peerauthentication-x.yaml");
    ExecutorService writer = Executors.newSingleThreadExecutor();
    try {
      Future<?> writes =
          writer.submit(
              () -> {
                for (int i = 0; i < 200; i++) {
                  put(store, yaml("x", i % 2 == 0 ? "DISABLE" : "PERMISSIVE"), null);
                }
                return null;
              });
      while (!writes.isDone()) {
        assertThat(DocumentParser.parse(Files.readString(file), "x").documents()).hasSize(1);
      }
      writes.get();
    } finally {
      writer.shutdownNow();
    }
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertThat(files).hasSize(1);
    }
  }
}
