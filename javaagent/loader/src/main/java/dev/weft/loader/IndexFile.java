package dev.weft.loader;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The module index as a file of the agent's jar. Written at build time and read before main by the
 * same version of this class, so it has no version of its own; equal indexes give equal bytes.
 */
public final class IndexFile {
  /** Where it is in the agent's class loader. */
  public static final String PATH = "META-INF/weft/modules";

  private IndexFile() {}

  public static void write(ModuleIndex index, OutputStream to) throws IOException {
    DataOutputStream out = new DataOutputStream(to);
    out.writeInt(index.entries().size());
    for (ModuleIndex.Entry entry : index.entries()) {
      Library library = entry.library();
      VersionRange supported = library.supported();
      out.writeUTF(entry.module());
      out.writeUTF(library.name());
      out.writeUTF(orEmpty(library.artifact()));
      out.writeUTF(supported == null ? "" : supported.toString());
      strings(out, library.opens());
      strings(out, new TreeSet<>(entry.types()));
      out.writeBoolean(entry.anyType());
      out.writeUTF(orEmpty(entry.notGoverned()));
    }
    out.flush();
  }

  public static ModuleIndex read(InputStream from) throws IOException {
    DataInputStream in = new DataInputStream(from);
    List<ModuleIndex.Entry> entries = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      String module = in.readUTF();
      String name = in.readUTF();
      String artifact = in.readUTF();
      String supported = in.readUTF();
      Library library =
          new Library(
              name,
              artifact.isEmpty() ? null : artifact,
              supported.isEmpty() ? null : VersionRange.parse(supported),
              strings(in));
      Set<String> types = Set.copyOf(strings(in));
      boolean anyType = in.readBoolean();
      String notGoverned = in.readUTF();
      entries.add(
          new ModuleIndex.Entry(
              module, library, types, anyType, notGoverned.isEmpty() ? null : notGoverned));
    }
    return new ModuleIndex(entries);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static void strings(DataOutputStream out, Iterable<String> strings) throws IOException {
    List<String> all = new ArrayList<>();
    strings.forEach(all::add);
    out.writeInt(all.size());
    for (String each : all) {
      out.writeUTF(each);
    }
  }

  private static List<String> strings(DataInputStream in) throws IOException {
    List<String> all = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      all.add(in.readUTF());
    }
    return all;
  }
}
