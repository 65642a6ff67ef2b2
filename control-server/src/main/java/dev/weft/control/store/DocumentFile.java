package dev.weft.control.store;

import dev.weft.control.source.Document;
import dev.weft.control.source.DocumentParser;
import dev.weft.control.source.Finding;
import dev.weft.control.source.FindingCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file of the store as last read. A file that was changed to something bad keeps the documents
 * that it had.
 *
 * @param findings of its present content
 */
record DocumentFile(Stamp stamp, List<Document> documents, List<Finding> findings) {
  /** What tells that a file is another one than before. */
  record Stamp(long size, FileTime modified, @Nullable Object key) {
    static Stamp of(Path path) throws IOException {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      return new Stamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
    }
  }

  DocumentFile {
    documents = List.copyOf(documents);
    findings = List.copyOf(findings);
  }

  static DocumentFile read(Path path, String name, @Nullable DocumentFile before)
      throws IOException {
    Stamp stamp = Stamp.of(path);
    DocumentParser.Parsed parsed;
    try {
      parsed = DocumentParser.parse(Files.readString(path, StandardCharsets.UTF_8), name);
    } catch (java.nio.charset.CharacterCodingException e) {
      parsed =
          new DocumentParser.Parsed(
              List.of(),
              List.of(),
              List.of(new Finding(FindingCode.YAML_SYNTAX, name, "", "is not UTF-8 text.")));
    }
    List<Document> documents =
        parsed.refused() && before != null ? before.documents : parsed.documents();
    return new DocumentFile(stamp, kept(before, documents), parsed.findings());
  }

  /** Equal documents stay the same objects, so that what is compiled of them is kept. */
  private static List<Document> kept(@Nullable DocumentFile before, List<Document> now) {
    if (before == null) {
      return now;
    }
    return now.stream()
        .map(
            document ->
                before.documents.stream()
                    .filter(
                        old ->
                            old.key().equals(document.key())
                                && old.resourceVersion().equals(document.resourceVersion()))
                    .findFirst()
                    .orElse(document))
        .toList();
  }
}
