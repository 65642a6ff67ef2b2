package dev.weft.client.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.model.MeshSnapshot;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotFileTest {
  private static final int HEADER_BYTES = 14;

  @Test
  void whatIsWrittenIsReadBack() throws Exception {
    for (int seed = 0; seed < 200; seed++) {
      MeshSnapshot snapshot = new GeneratedSnapshot(seed).snapshot();
      byte[] bytes = SnapshotFile.encode(snapshot);
      assertThat(SnapshotFile.decode(bytes)).as("seed %s", seed).isEqualTo(snapshot);
      assertThat(SnapshotFile.encode(SnapshotFile.decode(bytes))).isEqualTo(bytes);
    }
  }

  @Test
  void everyChangedBitIsNoticed() {
    byte[] bytes = SnapshotFile.encode(new GeneratedSnapshot(7).snapshot());
    for (int i = 0; i < bytes.length; i++) {
      byte[] broken = bytes.clone();
      broken[i] ^= (byte) (1 << (i % 8));
      assertThatThrownBy(() -> SnapshotFile.decode(broken))
          .as("byte %s", i)
          .isInstanceOf(MalformedSnapshotException.class);
    }
  }

  @Test
  void everyCutIsNoticed() {
    byte[] bytes = SnapshotFile.encode(new GeneratedSnapshot(7).snapshot());
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> SnapshotFile.decode(cut))
          .isInstanceOf(MalformedSnapshotException.class);
    }
  }

  /** Behind a right check sum too, nonsense is refused, not crashed on: no error, no huge array. */
  @Test
  void nonsenseWithARightCheckSumIsRefusedOrReadButNeverCrashes() {
    Random random = new Random(11);
    byte[] good = SnapshotFile.encode(new GeneratedSnapshot(3).snapshot());
    int refused = 0;
    for (int round = 0; round < 5_000; round++) {
      byte[] payload = Arrays.copyOfRange(good, HEADER_BYTES, good.length);
      for (int i = 0; i <= random.nextInt(4); i++) {
        payload[random.nextInt(payload.length)] = (byte) random.nextInt(256);
      }
      try {
        SnapshotFile.decode(sealed(payload));
      } catch (MalformedSnapshotException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void anotherFormatVersionIsIgnoredWithAMessage(@TempDir Path dir) throws Exception {
    byte[] bytes = SnapshotFile.encode(MeshSnapshot.EMPTY);
    bytes[5]++;
    Path file = Files.write(dir.resolve("snapshot"), bytes);
    List<String> problems = new ArrayList<>();
    assertThat(SnapshotFile.read(file, problems::add)).isNull();
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0))
        .contains("format version 3, this agent reads 2", "starting without");
  }

  @Test
  void anAbsentFileIsNoProblem(@TempDir Path dir) {
    List<String> problems = new ArrayList<>();
    assertThat(SnapshotFile.read(dir.resolve("none"), problems::add)).isNull();
    assertThat(problems).isEmpty();
  }

  @Test
  void aNewSnapshotReplacesTheOldOneAndLeavesNothingBeside(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("a/b/snapshot");
    MeshSnapshot second = new GeneratedSnapshot(2).snapshot();
    SnapshotFile.write(file, new GeneratedSnapshot(1).snapshot());
    SnapshotFile.write(file, second);
    assertThat(SnapshotFile.read(file, p -> {})).isEqualTo(second);
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }

  private static byte[] sealed(byte[] payload) {
    java.util.zip.CRC32 crc = new java.util.zip.CRC32();
    crc.update(payload);
    return ByteBuffer.allocate(HEADER_BYTES + payload.length)
        .putInt(0x57454654)
        .putShort((short) 2)
        .putInt(payload.length)
        .putInt((int) crc.getValue())
        .put(payload)
        .array();
  }
}
