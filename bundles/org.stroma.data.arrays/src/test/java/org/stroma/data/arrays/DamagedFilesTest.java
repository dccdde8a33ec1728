/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.stroma.api.data.Bag;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.Reader;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.TestCohort;

/** Damaged files: one sentence each, at once, and without the memory that a wrong size asks for. */
class DamagedFilesTest {
  private static final Path FILES = Path.of("src", "test", "resources", "arrays");

  /** Files of the fixtures read in some milliseconds; a machine may be busy. */
  private static final long SECONDS = 5;

  @TempDir
  private Path folder;

  private static void read(Path file) {
    TestCohort cohort = new TestCohort(file.getParent(), null, "id").with("p", file);
    Map<String, Object> settings = new HashMap<>(Map.of("path", "{slide}", "labels", "labels"));
    boolean hdf5 = file.toString().endsWith(".h5");
    if (!hdf5) {
      settings.remove("labels");
    }
    Reader reader = hdf5
        ? new Hdf5PatchesReader(Defaults.of(Hdf5PatchesReader.Settings.class, settings))
        : file.toString().endsWith(".npy")
            ? new NpyPatchesReader(Defaults.of(NpyPatchesReader.Settings.class, settings))
            : new PtPatchesReader(Defaults.of(PtPatchesReader.Settings.class, settings));
    ModalityData.Bags bags = (ModalityData.Bags) reader.read(cohort);
    Bag bag = bags.bags().get("p");
    assertTrue(
        (long) bag.size() * bags.width() < 1000,
        () -> bag.size() + " patches of " + bags.width() + " are not in " + file);
    bag.read(FloatBuffer.allocate(bag.size() * bags.width()));
    bag.coordinates();
    bag.locations();
    bag.labels();
  }

  private void readOrRefused(byte[] bytes, String name, String how) throws IOException {
    Path file = Files.write(folder.resolve(name), bytes);
    long start = System.nanoTime();
    try {
      read(file);
    } catch (DataException e) {
      assertFalse(e.getMessage().contains("\n"), () -> how + ": " + e.getMessage());
      assertTrue(
          e.getMessage().contains(name) || e.getMessage().startsWith("no sample has"),
          () -> how + ": " + e.getMessage());
    } catch (RuntimeException | Error e) {
      throw new AssertionError(name + " with " + how, e);
    }
    long took = System.nanoTime() - start;
    assertTrue(
        took < SECONDS * 1_000_000_000,
        () -> name + " with " + how + " took " + took / 1_000_000 + " ms");
  }

  /** Some thousand files with one byte changed; those that can still be read have the size that they had. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "clam-bare.h5",
        "coordinates.h5",
        "stamp.h5",
        "latest.h5",
        "patches.npy",
        "coords.pt",
        "transposed.pt"
      })
  void oneChangedByteIsASentence(String name) throws IOException {
    byte[] right = Files.readAllBytes(FILES.resolve(name));
    Random random = new Random(7);
    // the tables of attributes and links are sparse: half of the tries go where something is
    int[] used = IntStream.range(0, right.length).filter(i -> right[i] != 0).toArray();
    for (int i = 0; i < 600; i++) {
      byte[] bytes = right.clone();
      int at = i % 2 == 0 ? used[random.nextInt(used.length)] : random.nextInt(right.length);
      bytes[at] ^= (byte) (i % 3 == 0 ? 1 << random.nextInt(8) : 1 + random.nextInt(255));
      readOrRefused(bytes, name, "byte " + at + " as " + bytes[at]);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"clam.h5", "trident.h5", "latest.h5", "patches.npy", "coords.pt"})
  void cutFilesAreASentence(String name) throws IOException {
    byte[] right = Files.readAllBytes(FILES.resolve(name));
    Path file = folder.resolve(name);
    for (int length = 0; length < right.length; length += 1 + length / 16) {
      Files.write(file, Arrays.copyOf(right, length));
      String message = assertThrows(DataException.class, () -> read(file), "cut to " + length)
          .getMessage();
      assertTrue(message.contains(name) && !message.contains("\n"), message);
    }
  }

  /** Sizes that stand in a header are looked at before memory is taken: none of these is there. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "(1099511627776, 1099511627776) | is not written to its end",
        "(9223372036854775808, 4) | is not written to its end",
        "(2147483647, 1048576) | is not written to its end",
        "(99999999999999999999999999999999999999999999999999999999999999999999999999999999, 4) | is not written to its end",
        "(0, 9223372036854775808) | is damaged",
        "(5, 4) | is damaged",
        "(7, 4) | is not written to its end"
      })
  void shapesAreLookedAt(String shape, String wanted) throws IOException {
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }\n";
    byte[] start = ("\u0093NUMPY\1\0" + (char) header.length() + "\0" + header)
        .getBytes(StandardCharsets.ISO_8859_1);
    Path file =
        Files.write(folder.resolve("slide.npy"), Arrays.copyOf(start, start.length + 6 * 4 * 4));
    String message = assertThrows(DataException.class, () -> read(file)).getMessage();
    assertTrue(message.startsWith(file + " " + wanted), message);
  }

  /** A chunk that was changed where its checksum sees it. */
  @Test
  void checksumsOfChunksAreLookedAt() throws IOException {
    byte[] bytes = Files.readAllBytes(FILES.resolve("latest.h5"));
    // the beginning of what gzip wrote
    int at = 0;
    while (bytes[at] != 0x78 || bytes[at + 1] != 0x5e) {
      at++;
    }
    bytes[at + 4] ^= 1;
    Path file = Files.write(folder.resolve("changed.h5"), bytes);
    String message = assertThrows(DataException.class, () -> read(file)).getMessage();
    assertTrue(message.contains("changed.h5") && message.contains("checksum"), message);
  }

  /** Links into other files are never taken for addresses in this one. */
  @Test
  void noNumberComesFromAnotherPlace() throws IOException {
    Path linked = Files.copy(FILES.resolve("external.h5"), folder.resolve("external.h5"));
    Files.copy(FILES.resolve("clam.h5"), folder.resolve("clam.h5"));
    String message = assertThrows(DataException.class, () -> read(linked)).getMessage();
    assertTrue(message.contains("is a link into another file"), message);
    assertEquals(2, Files.list(folder).count());
  }
}
