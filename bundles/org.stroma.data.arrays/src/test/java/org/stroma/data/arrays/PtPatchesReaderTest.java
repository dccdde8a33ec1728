/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.stroma.data.arrays.PtWriter.floats;
import static org.stroma.data.arrays.PtWriter.shorts;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.stroma.api.data.AbsentDataException;
import org.stroma.api.data.Bag;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.PatchLocation;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.PartContract;
import org.stroma.testkit.TestCohort;

/**
 * The files of the fixtures were written by PyTorch (see pytorch.py), such as clam.pt by {@code
 * torch.save(10.0 * torch.arange(3)[:, None] + torch.arange(4)[None, :], "clam.pt")}; the others
 * here, byte by byte.
 */
class PtPatchesReaderTest {
  private static final Path FILES = Path.of("src", "test", "resources", "arrays");
  private static final float[] FEATURES = {0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23};

  @TempDir
  private Path folder;

  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.reader(PtPatchesReader::new, PtPatchesReader.Settings.class)
        .with("path", "{slide}.pt")
        .reads(() -> cohort(FILES.resolve("clam.pt")).with("q", FILES.resolve("ordered.pt")))
        .tests();
  }

  private static TestCohort cohort(Path file) {
    return new TestCohort(file.getParent(), null, "id").with("p", file);
  }

  private static ModalityData.Bags bags(Path file, Map<String, ?> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("path", "{slide}.pt");
    return (ModalityData.Bags)
        new PtPatchesReader(Defaults.of(PtPatchesReader.Settings.class, settings))
            .read(cohort(file));
  }

  private static float[] read(ModalityData.Bags bags) {
    Bag bag = bags.bags().get("p");
    FloatBuffer target = FloatBuffer.allocate(bag.size() * bags.width());
    bag.read(target);
    return target.array();
  }

  private Path file(PtWriter writer) throws IOException {
    return Files.write(folder.resolve("slide.pt"), writer.file());
  }

  private float[] read(PtWriter writer, Map<String, ?> more) throws IOException {
    return read(bags(file(writer), more));
  }

  private static PtWriter features() {
    return new PtWriter().tensor("FloatStorage", "0", floats(FEATURES), 4, 3, 4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"clam.pt", "coords.pt", "ordered.pt", "transposed.pt"})
  void whatPyTorchWroteIsRead(String name) {
    ModalityData.Bags bags = bags(FILES.resolve(name), Map.of());
    assertEquals(4, bags.width());
    assertArrayEquals(FEATURES, read(bags));
    FloatBuffer some = FloatBuffer.allocate(8);
    bags.bags().get("p").read(new int[] {0, 2}, some);
    assertArrayEquals(new float[] {0, 1, 2, 3, 20, 21, 22, 23}, some.array());
    FloatBuffer one = FloatBuffer.allocate(6).position(1);
    bags.bags().get("p").read(1, 2, one);
    assertArrayEquals(new float[] {0, 10, 11, 12, 13, 0}, one.array());
    assertEquals(5, one.position());
  }

  @ParameterizedTest
  @ValueSource(strings = {"coords.pt", "ordered.pt"})
  void coordinatesStandInTheSameFile(String name) {
    Bag bag = bags(FILES.resolve(name), Map.of()).bags().get("p");
    assertArrayEquals(new int[] {0, 0, 1, 0, 0, 1}, bag.coordinates());
    String slide = name.substring(0, name.length() - 3);
    assertEquals(PatchLocation.of(slide, 256, 0).withSize(256), bag.locations().get(1));
  }

  @Test
  void coordinatesMayLieInAFileOfTheirOwn() throws IOException {
    assertFalse(bags(FILES.resolve("clam.pt"), Map.of()).bags().get("p").located());
    assertNull(bags(FILES.resolve("clam.pt"), Map.of()).bags().get("p").coordinates());
    for (String name : new String[] {"coords.pt", "lone.pt", "places.npy", "coordinates.h5"}) {
      boolean six = name.endsWith(".npy") || name.endsWith(".h5");
      Path other = FILES.resolve(name);
      if (name.equals("lone.pt")) {
        byte[] places = floats(0, 0, 512, 0, 0, 512);
        other = Files.write(
            folder.resolve(name),
            new PtWriter().tensor("FloatStorage", "0", places, 4, 3, 2).file());
      }
      Path slide = six
          ? file(new PtWriter().tensor("FloatStorage", "0", floats(new float[24]), 4, 6, 4))
          : FILES.resolve("clam.pt");
      int[] grid = beside(slide, other).coordinates();
      assertEquals(six ? 12 : 6, grid.length, name);
      assertEquals(1, grid[2], name);
    }
    String message = assertThrows(
            DataException.class,
            () -> beside(FILES.resolve("clam.pt"), FILES.resolve("places.npy")))
        .getMessage();
    assertTrue(
        message.contains("places.npy has the shape [6, 2]")
            && message.contains("clam.pt has 3 patches; it has to be [3, 2]"),
        message);
  }

  private static Bag beside(Path features, Path coordinates) {
    TestCohort cohort = cohort(features);
    PtPatchesReader reader = new PtPatchesReader(Defaults.of(
        PtPatchesReader.Settings.class, Map.of("path", "{slide}", "coordinateFiles", "{places}")));
    return ((ModalityData.Bags) reader.read(new Beside(cohort, cohort(coordinates))))
        .bags()
        .get("p");
  }

  @Test
  void allTypesOfFloatsAreRead() throws IOException {
    ByteBuffer doubles = PtWriter.little(96);
    for (float feature : FEATURES) {
      doubles.putDouble(feature);
    }
    PtWriter writer = new PtWriter().tensor("DoubleStorage", "0", doubles.array(), 8, 3, 4);
    assertArrayEquals(FEATURES, read(writer, Map.of()));
    // 1, -2, 0.5, 65504
    byte[] halves = shorts(0x3c00, 0xc000, 0x3800, 0x7bff);
    writer = new PtWriter().tensor("HalfStorage", "0", halves, 2, 2, 2);
    assertArrayEquals(new float[] {1, -2, 0.5f, 65504}, read(writer, Map.of()));
    byte[] brains = shorts(0x3f80, 0xc000, 0x3f00, 0x4780);
    writer = new PtWriter().tensor("BFloat16Storage", "0", brains, 2, 1, 2, 2);
    assertArrayEquals(new float[] {1, -2, 0.5f, 65536}, read(writer, Map.of()));
    writer = new PtWriter().tensor("cuda.FloatStorage", "0", floats(FEATURES), 4, 3, 4);
    assertArrayEquals(FEATURES, read(writer, Map.of()));
  }

  @Test
  void integersAreReadAsTheyAreMeant() throws IOException {
    byte[] bits = shorts(0x3f80, 2);
    PtWriter writer = new PtWriter().tensor("ShortStorage", "0", bits, 2, 2, 1);
    Path file = file(writer);
    refuses(file, Map.of(), "holds int16; features have to be floats");
    assertArrayEquals(new float[] {16256, 2}, read(bags(file, Map.of("integers", "numbers"))));
    assertEquals(1, read(bags(file, Map.of("integers", "bfloat16")))[0]);
  }

  @Test
  void filesOfMachinesOfTheOtherByteOrderAreRead() throws IOException {
    ByteBuffer big = ByteBuffer.allocate(48);
    big.asFloatBuffer().put(FEATURES);
    PtWriter writer = new PtWriter().tensor("FloatStorage", "0", big.array(), 4, 3, 4);
    assertArrayEquals(FEATURES, read(writer.entry("byteorder", "big"), Map.of()));
    assertArrayEquals(FEATURES, read(features().entry("byteorder", "little"), Map.of()));
    refuses(
        file(features().entry("byteorder", "middle")),
        Map.of(),
        "has the byte order \"middle\"; it has to be little or big");
  }

  /** Columns and rows of 1.2 MB: more than is read at once. */
  @Test
  void viewsAreReadByTheirStrides() throws IOException {
    float[] storage = new float[600_020];
    for (int i = 0; i < storage.length; i++) {
      storage[i] = i;
    }
    // rows and columns, the stride down and across
    for (int[] view : new int[][] {
      {3, 4, 5, 1},
      {3, 4, 8, 2},
      {300_000, 2, 1, 300_001},
      {2, 300_000, 300_001, 1},
      {2, 150_000, 1, 2},
      {3, 4, 1, 3},
      {1, 4, 7, 2},
      {4, 1, 3, 9},
      {100_000, 2, 3, 1}
    }) {
      int rows = view[0];
      int width = view[1];
      PtWriter writer = new PtWriter()
          .entry("data/0", floats(storage))
          .view(
              "FloatStorage", "0", storage.length, 5, longs(rows, width), longs(view[2], view[3]));
      ModalityData.Bags bags = bags(file(writer), Map.of());
      float[] all = read(bags);
      for (int i = 0; i < all.length; i++) {
        assertEquals(5 + i / width * view[2] + i % width * view[3], all[i]);
      }
      FloatBuffer last = FloatBuffer.allocate(width);
      bags.bags().get("p").read(new int[] {rows - 1}, last);
      assertEquals(all[(rows - 1) * width], last.get(0));
    }
  }

  private static long[] longs(long... numbers) {
    return numbers;
  }

  @Test
  void aNamePicksATensor() throws IOException {
    PtWriter two = new PtWriter().op('}').op('(');
    two.text("a").tensor("FloatStorage", "0", floats(1, 2), 4, 1, 2);
    two.text("b").tensor("FloatStorage", "1", floats(3, 4), 4, 1, 2);
    Path file = file(two.op('u'));
    assertArrayEquals(new float[] {3, 4}, read(bags(file, Map.of("features", "b"))));
    refuses(
        file,
        Map.of(),
        "slide.pt has no tensor features or feats; it has a, b; the setting features names the one");
    refuses(file, Map.of("features", "c"), "slide.pt has no tensor c; it has a, b");
    refuses(file, Map.of("features", "a", "coordinates", "places"), "has no tensor places");
    refuses(FILES.resolve("clam.pt"), Map.of("features", "a"), "holds one tensor without a name");
    PtWriter one = new PtWriter().op('}');
    one.text("embeddings").tensor("FloatStorage", "0", floats(1, 2), 4, 1, 2).op('s');
    one.text("coords").tensor("FloatStorage", "1", floats(5, 6), 4, 1, 2).op('s');
    assertArrayEquals(new float[] {1, 2}, read(one, Map.of()));
  }

  @Test
  void slidesWithoutPatchesAreMissingOrRefused() throws IOException {
    Path file = file(new PtWriter().tensor("FloatStorage", "0", new byte[0], 4, 0, 4));
    assertThrows(AbsentDataException.class, () -> bags(file, Map.of()));
    refuses(
        file,
        Map.of("emptyFiles", false),
        "has the shape [0, 4]; a slide has to have at least one patch");
  }

  @Test
  void numbersThatAreNotFiniteAreRefused() throws IOException {
    byte[] numbers = floats(1, 2, 3, Float.NaN);
    Path file = file(new PtWriter().tensor("FloatStorage", "0", numbers, 4, 2, 2));
    String message =
        assertThrows(DataException.class, () -> read(bags(file, Map.of()))).getMessage();
    assertTrue(message.contains("patch 2, feature 2 is NaN"), message);
  }

  private static void refuses(Path file, Map<String, ?> settings, String... parts) {
    String message =
        assertThrows(DataException.class, () -> bags(file, settings)).getMessage();
    assertTrue(message.contains(file.toString()) && !message.contains("\n"), message);
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
  }
}
