package dev.weft.loader;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A library that is known and not woven is listed as soon as one of its classes loads. */
class NotWovenTest {

  @Test
  void aMarkerClassPutsItsLibraryOnTheReportWithTheReason() throws Exception {
    ModuleIndex.Entry known =
        ModuleIndex.Entry.notWoven(
            new Library("Old client", "old:client", null, List.of()),
            Set.of("old.Client"),
            "its calls (issue 6)");
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    IndexFile.write(new ModuleIndex(new ArrayList<>(List.of(known))), file);
    ModuleIndex index = IndexFile.read(new ByteArrayInputStream(file.toByteArray()));
    WeavingReport report = new WeavingReport();
    WeavingTransformer transformer =
        new WeavingTransformer(
            index, new Hosted(new ModuleSource.Given(Map.of()), new HelperLoaders(null)), report);

    assertThat(transformer.transform(null, null, "old/Other", null, null, new byte[0])).isNull();
    assertThat(report.libraries()).isEmpty();

    assertThat(transformer.transform(null, null, "old/Client", null, null, new byte[0])).isNull();
    assertThat(report.libraries())
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.name()).isEqualTo("Old client");
              assertThat(entry.governed()).isFalse();
              assertThat(entry.reasons())
                  .containsExactly("Weft does not weave it yet: its calls (issue 6)");
            });
  }
}
