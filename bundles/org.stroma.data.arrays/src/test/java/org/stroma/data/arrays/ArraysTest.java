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

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.stroma.api.data.AbsentDataException;
import org.stroma.api.data.Bag;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.PatchLocation;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Reader;
import org.stroma.api.data.Table;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.PartContract;
import org.stroma.testkit.TestCohort;

/** The files were written by h5py and NumPy: see fixtures.py. */
class ArraysTest {
  @TestFactory
  Stream<DynamicTest> hdf5PatchesKeepTheContract() {
    return PartContract.reader(Hdf5PatchesReader::new, Hdf5PatchesReader.Settings.class)
        .with("path", "{slide}.h5")
        .reads(() -> sample("clam.h5"))
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> npyPatchesKeepTheContract() {
    return PartContract.reader(NpyPatchesReader::new, NpyPatchesReader.Settings.class)
        .with("path", "{slide}.npy")
        .reads(
            () -> sample("patches.npy", "patches.npy").with("q", FILES.resolve("patches-big.npy")))
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> npyVectorsKeepTheContract() {
    return PartContract.reader(NpyVectorsReader::new, NpyVectorsReader.Settings.class)
        .with("path", "{id}.npy")
        .reads(() -> sample("vector.npy"))
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> npyTokensKeepTheContract() {
    return PartContract.reader(NpyTokensReader::new, NpyTokensReader.Settings.class)
        .with("path", "{id}.npy")
        .reads(() -> sample("tokens.npy"))
        .tests();
  }

  private static final Path FILES = Path.of("src", "test", "resources", "arrays");
  private static final int[] GRID = {0, 0, 1, 0, 2, 0, 0, 1, 1, 1, 3, 2};

  private static TestCohort sample(String... files) {
    Path[] paths = new Path[files.length];
    for (int i = 0; i < files.length; i++) {
      paths[i] = FILES.resolve(files[i]);
    }
    return new TestCohort(FILES, null, "id").with("p", paths);
  }

  /** A file that lies in a folder of the test's own. */
  private static TestCohort sample(Path file) {
    return new TestCohort(file.getParent(), null, "id").with("p", file);
  }

  private static ModalityData.Bags hdf5(TestCohort cohort, Map<String, ?> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("path", "{slide}.h5");
    return (ModalityData.Bags)
        new Hdf5PatchesReader(Defaults.of(Hdf5PatchesReader.Settings.class, settings)).read(cohort);
  }

  private static float[] read(Bag bag, int width, int... elements) {
    boolean all = elements.length == 0;
    FloatBuffer target = FloatBuffer.allocate((all ? bag.size() : elements.length) * width + 2);
    target.position(1);
    if (all) {
      bag.read(target);
    } else {
      bag.read(elements, target);
    }
    assertEquals(target.capacity() - 1, target.position(), "what was read, and no more");
    float[] values = new float[target.capacity() - 2];
    target.get(1, values);
    return values;
  }

  private static PatchLocation location(
      String slide, double x, double y, double size, boolean micrometres) {
    PatchLocation location = PatchLocation.of(slide, x, y).withSize(size);
    return micrometres ? location.inMicrometres() : location;
  }

  /** Every range, read alone, and every pair of elements are as in the whole bag. */
  private static void checkPieces(String file, Bag bag, int width) {
    float[] all = read(bag, width);
    for (int from = 0; from <= bag.size(); from++) {
      for (int to = from; to <= bag.size(); to++) {
        FloatBuffer target = FloatBuffer.allocate((to - from) * width + 2).position(1);
        bag.read(from, to, target);
        assertEquals((to - from) * width + 1, target.position(), "what was read, and no more");
        assertArrayEquals(
            Arrays.copyOfRange(all, from * width, to * width),
            Arrays.copyOfRange(target.array(), 1, target.capacity() - 1),
            file + " from " + from + " to " + to);
      }
      if (from + 2 < bag.size()) {
        float[] two =
            Arrays.copyOf(Arrays.copyOfRange(all, from * width, (from + 1) * width), 2 * width);
        System.arraycopy(all, (bag.size() - 1) * width, two, width, width);
        assertArrayEquals(two, read(bag, width, from, bag.size() - 1), file);
      }
    }
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> bag.read(0, bag.size() + 1, FloatBuffer.allocate(9999)));
  }

  /** Chunks of two to five patches, of a part of their features, filtered and not; one piece; and several slides. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "clam.h5",
        "clam-bare.h5",
        "trident.h5",
        "trident-leading.h5",
        "stamp.h5",
        "big-endian.h5",
        "coordinates.h5",
        "latest.h5",
        "lzf.h5"
      })
  void aSlideReadInPiecesIsTheWholeSlide(String file) {
    ModalityData.Bags data = hdf5(sample(file), Map.of());
    checkPieces(file, data.bags().get("p"), data.width());
  }

  @Test
  void slidesReadInPiecesAreTheWholeBag() {
    ModalityData.Bags data = hdf5(sample("clam.h5", "big-endian.h5", "stamp.h5"), Map.of());
    checkPieces("three slides", data.bags().get("p"), data.width());
    ModalityData.Bags npy =
        (ModalityData.Bags) npy(NpyPatchesReader.class, sample("lzf.npy", "lzf.npy"), Map.of());
    checkPieces("two arrays", npy.bags().get("p"), npy.width());
  }

  private static void checkFeatures(Bag bag) {
    float[] all = read(bag, 4);
    for (int i = 0; i < all.length; i++) {
      assertEquals(10 * (i / 4) + i % 4, all[i], "patch " + i / 4);
    }
    assertArrayEquals(
        new float[] {0, 1, 2, 3, 30, 31, 32, 33, 50, 51, 52, 53}, read(bag, 4, 0, 3, 5));
    assertArrayEquals(new float[] {40, 41, 42, 43}, read(bag, 4, 4));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "clam.h5",
        "clam-bare.h5",
        "trident.h5",
        "trident-leading.h5",
        "stamp.h5",
        "coordinates.h5",
        "big-endian.h5",
        "integers.h5",
        "latest.h5",
        "user-block.h5",
        "soft-link.h5"
      })
  void everyLayoutGivesItsFeaturesAndPlaces(String file) {
    Map<String, Object> settings =
        file.equals("integers.h5") ? Map.of("integers", "numbers") : Map.of();
    ModalityData.Bags data = hdf5(sample(file), settings);
    assertEquals(4, data.width());
    Bag bag = data.bags().get("p");
    assertEquals(6, bag.size());
    checkFeatures(bag);
    boolean located = !List.of("big-endian.h5", "integers.h5").contains(file);
    assertEquals(located, bag.located());
    if (located) {
      assertArrayEquals(GRID, bag.coordinates(), file);
    } else {
      assertNull(bag.coordinates());
    }
  }

  /** Chunks that LZF did not make smaller are stored without it; bitshuffle's last block is shorter than the others. */
  @ParameterizedTest
  @CsvSource({"lzf, 8", "bitshuffle, 9"})
  void filtersAreUndone(String name, int width) {
    Bag bag = hdf5(sample(name + ".h5"), Map.of()).bags().get("p");
    Bag same = ((ModalityData.Bags) npy(NpyPatchesReader.class, sample(name + ".npy"), Map.of()))
        .bags()
        .get("p");
    assertArrayEquals(read(same, width), read(bag, width));
    int last = bag.size() - 1;
    assertArrayEquals(read(same, width, 3, last), read(bag, width, 3, last));
  }

  @Test
  void bfloat16IsReadWhereItIsDeclared() {
    for (String file : List.of("bfloat16.h5", "bfloat16.npy", "opaque.npy")) {
      Map<String, Object> declared = Map.of("integers", "bfloat16");
      ModalityData.Bags bags = file.endsWith(".h5")
          ? hdf5(sample(file), declared)
          : (ModalityData.Bags) npy(NpyPatchesReader.class, sample(file), declared);
      // all of the fixture's numbers are exact in bfloat16
      checkFeatures(bags.bags().get("p"));
    }
  }

  @Test
  void severalSlidesStandSideBySide() {
    Bag bag = hdf5(sample("clam.h5", "stamp.h5"), Map.of()).bags().get("p");
    assertEquals(12, bag.size());
    int[] places = bag.coordinates();
    for (int i = 0; i < 6; i++) {
      assertEquals(GRID[2 * i] + 3 + 1 + 2, places[12 + 2 * i]);
      assertEquals(GRID[2 * i + 1], places[12 + 2 * i + 1]);
    }
    assertArrayEquals(
        new float[] {50, 51, 52, 53, 0, 1, 2, 3, 20, 21, 22, 23}, read(bag, 4, 5, 6, 8));
    assertEquals(48, read(bag, 4).length);
    TestCohort half = sample("clam.h5", "big-endian.h5");
    assertFalse(hdf5(half, Map.of()).bags().get("p").located());
    assertEquals(1, half.notes().size(), "that some have no coordinates is told");
  }

  /** CLAM and TRIDENT count level-0 pixels, STAMP micrometres; sides are those of the attributes: see fixtures.py. */
  @ParameterizedTest
  @CsvSource({
    "clam, 8372, 5148, 1024, false",
    "clam-bare, 1536, 1024, 512, false",
    "trident, 3072, 2048, 1024, false",
    "trident-leading, 3072, 2048, 1024, false",
    "stamp, 767.9997, 511.9998, 256, true",
    "coordinates, 672, 448, 224, false"
  })
  void placesAreInTheUnitOfTheFile(
      String slide, double x, double y, double size, boolean micrometres) {
    List<PatchLocation> places =
        hdf5(sample(slide + ".h5"), Map.of()).bags().get("p").locations();
    assertEquals(6, places.size());
    assertEquals(location(slide, x, y, size, micrometres), places.get(5));
  }

  @Test
  void placesTellTheirSlide() {
    List<PatchLocation> places = hdf5(sample("clam.h5", "big-endian.h5", "stamp.h5"), Map.of())
        .bags()
        .get("p")
        .locations();
    assertEquals(18, places.size());
    assertEquals(location("clam", 5000, 3000, 1024, false), places.get(0));
    assertEquals("big-endian", places.get(6).slide());
    assertFalse(places.get(6).located(), "a slide without coordinates");
    assertEquals(location("stamp", 255.9999, 0, 256, true), places.get(13));
    String one = FILES.resolve("clam.h5").toString();
    List<PatchLocation> twice =
        hdf5(sample("clam.h5", "../arrays/clam.h5"), Map.of()).bags().get("p").locations();
    assertEquals(one, twice.get(0).slide(), "names that are not different are whole paths");
    assertEquals(FILES.resolve("../arrays/clam.h5").toString(), twice.get(6).slide());
  }

  @Test
  void numpyPlaces() {
    TestCohort cohort = sample("patches.npy");
    Bag bare = ((ModalityData.Bags) npy(NpyPatchesReader.class, cohort, Map.of()))
        .bags()
        .get("p");
    assertEquals("patches", bare.locations().get(2).slide());
    assertFalse(bare.locations().get(2).located());
    ReadContext both = new ReadContext() {
      @Override
      public Map<String, List<Path>> files(String template, String table, boolean absent) {
        return Map.of("p", List.of(FILES.resolve(template.replace("{slide}", "patches"))));
      }

      @Override
      public Path resolve(String path) {
        return cohort.resolve(path);
      }

      @Override
      public Table cohort() {
        return cohort.cohort();
      }

      @Override
      public String idColumn() {
        return cohort.idColumn();
      }

      @Override
      public void note(String message) {
        cohort.note(message);
      }
    };
    Map<String, Object> settings = Map.of("path", "{slide}.npy", "coordinates", "places.npy");
    NpyPatchesReader reader =
        new NpyPatchesReader(Defaults.of(NpyPatchesReader.Settings.class, settings));
    Bag bag = ((ModalityData.Bags) reader.read(both)).bags().get("p");
    assertArrayEquals(GRID, bag.coordinates());
    assertEquals(location("patches", 768, 512, 256, false), bag.locations().get(5));
  }

  @Test
  void labelsComeWithThePatches() {
    Bag bag = hdf5(sample("coordinates.h5", "clam.h5"), Map.of("labels", "labels"))
        .bags()
        .get("p");
    assertArrayEquals(new int[] {0, 1, -1, 0, 1, 1, -1, -1, -1, -1, -1, -1}, bag.labels());
    assertNull(
        hdf5(sample("clam.h5"), Map.of("labels", "labels")).bags().get("p").labels());
  }

  @Test
  void namesAndPatchSizeCanBeTold() {
    Bag bag = hdf5(sample("other.h5"), Map.of("features", "embedding")).bags().get("p");
    checkFeatures(bag);
    Bag coarse =
        hdf5(sample("clam-bare.h5"), Map.of("patchSize", 1024.0)).bags().get("p");
    assertArrayEquals(new int[] {0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1}, coarse.coordinates());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "strings.h5 | dataset features holds | it has to hold numbers",
        "vector.h5 | dataset features has the shape [4] | it has to be [patches, features]",
        "integers.h5 | dataset features holds int16 | if this is, set integers to bfloat16",
        "nan.h5 | patch 4, feature 3 is NaN | have to be finite",
        "infinity.h5 | patch 5, feature 1 is Infinity | have to be finite",
        "five-coordinates.h5 | dataset coords has the shape [5, 2] and features has 6 patches | it has to be [6, 2]",
        "bfloat16.h5 | dataset features holds uint16 | bfloat16 is often stored so",
        "opaque.h5 | holds opaque bytes | set integers to bfloat16",
        "external.h5 | features is a link into another file, /features of clam.h5 | h5repack --merge IN OUT",
        "circle.h5 | features is a soft link that leads in a circle | /other",
        "dangling.h5 | features is a link to /nowhere | which is not there",
        "bzip2.h5 | dataset features is compressed with bzip2 (filter 307) | h5repack -f GZIP=4 IN OUT",
        "szip.h5 | dataset features is compressed with szip (filter 4) | h5repack -f GZIP=4 IN OUT",
        "scale-offset.h5 | is compressed with scaleoffset (filter 6) | h5repack -f GZIP=4 IN OUT",
        "sparse.h5 | dataset features has 2 of 3 chunks | were never written",
        "unwritten.h5 | dataset features was never written | make the file again",
        "virtual.h5 | Virtual storage is not supported | h5repack -f NONE -l CONTI IN OUT",
        "group.h5 | has no dataset features or feats | it has 20x/uni/features",
        "other.h5 | has no dataset features or feats | it has embedding; the setting features names the one",
        "truncated-header.h5 | is not written to its end, or not copied whole | has 100 bytes and should have 6424",
        "truncated.h5 | is not written to its end, or not copied whole | has 5048 bytes and should have 6048",
        "patches.npy | is no HDF5 file | the reader npy-patches reads those"
      })
  void filesOfNoUseAreASentence(String file, String place, String wanted) {
    refuses(() -> read(hdf5(sample(file), Map.of()).bags().get("p"), 4), file, place, wanted);
  }

  @Test
  void chosenPatchesAreNamedByTheirNumberInTheFile() {
    refuses(
        () -> read(hdf5(sample("nan.h5"), Map.of()).bags().get("p"), 4, 1, 3),
        "patch 4, feature 3 is NaN");
    assertEquals(
        4,
        read(hdf5(sample("nan.h5"), Map.of()).bags().get("p"), 4, 1).length,
        "the others can be used");
  }

  /** Once a run cannot go on, the other slides are looked at too. */
  @Test
  void numbersThatAreNotFiniteAreToldOfAllSlides() {
    TestCohort cohort = sample("clam.h5", "nan.h5")
        .with("q", FILES.resolve("stamp.h5"))
        .with("r", FILES.resolve("infinity.h5"));
    Map<String, Bag> bags = hdf5(cohort, Map.of()).bags();
    assertEquals(6 * 4, read(bags.get("q"), 4).length, "a slide of its own can be read");
    DataException e = assertThrows(DataException.class, () -> read(bags.get("p"), 4));
    assertEquals(2, e.count(), e.getMessage());
    assertTrue(e.sentences().get(0).contains("nan.h5: patch 4, feature 3 is NaN"), e.getMessage());
    assertTrue(
        e.sentences().get(1).contains("infinity.h5: patch 5, feature 1 is Infinity"),
        e.getMessage());
  }

  @Test
  void slidesOfOneModalityHaveOneWidth() {
    refuses(
        () -> hdf5(sample("clam.h5", "wider.h5"), Map.of()),
        "wider.h5 has 5 features a patch",
        "clam.h5 has 4");
  }

  private static void refuses(org.junit.jupiter.api.function.Executable reading, String... words) {
    String message = assertThrows(DataException.class, reading).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), () -> "\"" + message + "\" does not say \"" + word + "\"");
    }
    assertFalse(message.contains("\n"), message);
  }

  /** What people have under the name of a slide's features. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        " | is empty (0 bytes)",
        "version https://git-lfs.github.com/spec/v1@oid sha256:0@size 1234@ | is a Git LFS pointer, not the file itself; run git lfs pull",
        "@ <!DOCTYPE html><html>Sign in</html> | is an HTML page",
        "<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error> | is an XML text",
        "PK\\3\\4                      \\20  features/data.pkl | is a PyTorch file",
        "PK\\3\\4                      \\13  features.npy | is a NumPy archive (.npz)",
        "PK\\3\\4                      \\5  a.txt | is a zip archive",
        "\\200\\2}q | is a Python pickle",
        "\\37\\213\\10 | is compressed with gzip; unpack it with gunzip",
        "\\0\\0\\0\\0\\0\\0\\0\\0 | begins with nothing but zero bytes",
        "II*\\0 | is a TIFF image",
        "x,y@1,2@ | does not start as one"
      })
  void otherFilesAreCalledByTheirName(String text, String wanted, @TempDir Path folder)
      throws IOException {
    String bytes = text == null ? "" : text.replace('@', '\n');
    Matcher octal = Pattern.compile("\\\\([0-7]{1,3})").matcher(bytes);
    bytes = octal.replaceAll(
        m -> Matcher.quoteReplacement("" + (char) Integer.parseInt(m.group(1), 8)));
    // the length of the name of a zip archive's first entry is two bytes
    byte[] content = bytes.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.startsWith("PK")) {
      content[27] = 0;
    }
    Path h5 = Files.write(folder.resolve("slide.h5"), content);
    refuses(() -> hdf5(sample(h5), Map.of()), "slide.h5 is no HDF5 file: it ", wanted);
    Path npy = Files.write(folder.resolve("slide.npy"), content);
    refuses(
        () -> npy(NpyPatchesReader.class, sample(npy), Map.of()),
        "slide.npy is no NumPy file: it ",
        wanted);
  }

  @Test
  void allBadFilesAreToldAtOnce(@TempDir Path folder) throws IOException {
    TestCohort cohort = sample("clam.h5", "truncated.h5")
        .with("q", FILES.resolve("vector.h5"))
        .with("r", FILES.resolve("wider.h5"), FILES.resolve("stamp.h5"))
        .with("s", FILES.resolve("truncated.h5"));
    DataException e = assertThrows(DataException.class, () -> hdf5(cohort, Map.of()));
    assertEquals(3, e.count(), () -> "each file once: " + e.getMessage());
    for (String file :
        List.of("truncated.h5", "vector.h5", "wider.h5 has 5 features a patch, and ")) {
      assertTrue(e.sentences().stream().anyMatch(s -> s.contains(file)), e.getMessage());
    }
    TestCohort many = new TestCohort(FILES, null, "id");
    for (int i = 0; i < 30; i++) {
      many.with("p" + i, Files.copy(FILES.resolve("fortran.npy"), folder.resolve(i + ".npy")));
    }
    for (Class<? extends Reader> reader :
        List.of(NpyPatchesReader.class, NpyVectorsReader.class, NpyTokensReader.class)) {
      DataException all = assertThrows(DataException.class, () -> npy(reader, many, Map.of()));
      assertEquals(30, all.count());
      assertEquals(20, all.sentences().size());
    }
    TestCohort lengths = sample("vector.npy")
        .with("q", FILES.resolve("longer-vector.npy"))
        .with("r", FILES.resolve("vector.npy"));
    refuses(
        () -> npy(NpyVectorsReader.class, lengths, Map.of()),
        "longer-vector.npy has 5 numbers, and",
        "vector.npy has 3");
  }

  @Test
  void slidesWithoutAPatchCountAsMissing() {
    TestCohort cohort = sample("clam.h5", "empty.h5")
        .with("q", FILES.resolve("none.h5"))
        .with("r", FILES.resolve("none.h5"));
    ModalityData.Bags bags = hdf5(cohort, Map.of());
    assertEquals(
        java.util.Set.of("p"), bags.patients(), "who has no other slide lacks the modality");
    assertEquals(6, bags.bags().get("p").size());
    assertEquals(
        List.of("2 slides hold no patch and count as missing: empty.h5, none.h5"), cohort.notes());
    refuses(
        () -> hdf5(sample("clam.h5", "empty.h5"), Map.of("emptyFiles", false)),
        "empty.h5",
        "[0, 4]",
        "at least one patch");
    TestCohort arrays = sample("patches.npy").with("q", FILES.resolve("none.npy"));
    assertEquals(
        java.util.Set.of("p"), npy(NpyPatchesReader.class, arrays, Map.of()).patients());
    assertEquals(List.of("1 slide holds no patch and counts as missing: none.npy"), arrays.notes());
    refuses(
        () -> npy(NpyPatchesReader.class, sample("none.npy"), Map.of("emptyFiles", false)),
        "[0, 4]",
        "at least one patch");
  }

  /** A new cohort is predicted without a modality that nobody has. */
  @Test
  void nothingAtAllIsAbsent() {
    TestCohort nobody = new TestCohort(FILES, null, "id");
    assertThrows(AbsentDataException.class, () -> hdf5(nobody, Map.of()));
    assertThrows(AbsentDataException.class, () -> hdf5(sample("empty.h5"), Map.of()));
    for (Class<? extends Reader> reader :
        List.of(NpyPatchesReader.class, NpyVectorsReader.class, NpyTokensReader.class)) {
      assertThrows(AbsentDataException.class, () -> npy(reader, nobody, Map.of()));
    }
    assertThrows(
        AbsentDataException.class,
        () -> npy(NpyTokensReader.class, sample("padding.npy"), Map.of()));
  }

  @Test
  void whole16BitNumbersOfVectorsAreTold() {
    TestCohort cohort = sample("counts.npy");
    ModalityData.Matrix m = (ModalityData.Matrix) npy(NpyVectorsReader.class, cohort, Map.of());
    assertArrayEquals(new float[] {0, 16256, 49152}, m.rows().get("p"));
    assertTrue(
        cohort.notes().get(0).contains("uint16") && cohort.notes().get(0).contains("bfloat16"),
        cohort.notes().toString());
    m = (ModalityData.Matrix)
        npy(NpyVectorsReader.class, sample("counts.npy"), Map.of("integers", "bfloat16"));
    assertArrayEquals(new float[] {0, 1, -2}, m.rows().get("p"));
  }

  @Test
  void filesThatWereChangedAreNotReadOn(@TempDir Path folder) throws IOException {
    Path h5 = Files.copy(FILES.resolve("clam.h5"), folder.resolve("slide.h5"));
    Path npy = Files.copy(FILES.resolve("patches.npy"), folder.resolve("slide.npy"));
    Bag first = hdf5(sample(h5), Map.of()).bags().get("p");
    Bag second = ((ModalityData.Bags) npy(NpyPatchesReader.class, sample(npy), Map.of()))
        .bags()
        .get("p");
    checkFeatures(first);
    checkFeatures(second);
    for (Path file : List.of(h5, npy)) {
      Files.setLastModifiedTime(file, FileTime.fromMillis(1));
    }
    refuses(() -> read(first, 4), "slide.h5 was changed while it was in use");
    refuses(() -> read(second, 4), "slide.npy was changed while it was in use");
  }

  private static ModalityData npy(
      Class<? extends Reader> kind, TestCohort cohort, Map<String, ?> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("path", "{slide}.npy");
    Reader reader = kind == NpyPatchesReader.class
        ? new NpyPatchesReader(Defaults.of(NpyPatchesReader.Settings.class, settings))
        : kind == NpyVectorsReader.class
            ? new NpyVectorsReader(Defaults.of(NpyVectorsReader.Settings.class, settings))
            : new NpyTokensReader(Defaults.of(NpyTokensReader.Settings.class, settings));
    return reader.read(cohort);
  }

  @ParameterizedTest
  @ValueSource(strings = {"patches.npy", "patches-f2.npy", "patches-big.npy"})
  void numpyPatches(String file) {
    checkFeatures(((ModalityData.Bags) npy(NpyPatchesReader.class, sample(file), Map.of()))
        .bags()
        .get("p"));
  }

  @Test
  void numpyVectorsAndTokens() {
    ModalityData.Matrix m =
        (ModalityData.Matrix) npy(NpyVectorsReader.class, sample("vector.npy"), Map.of());
    assertEquals(List.of("f0", "f1", "f2"), m.features());
    assertArrayEquals(new float[] {1.5f, Float.NaN, -2}, m.rows().get("p"));
    TestCohort two = sample("tokens.npy").with("q", FILES.resolve("padding.npy"));
    ModalityData.Tokens t = (ModalityData.Tokens) npy(NpyTokensReader.class, two, Map.of());
    assertEquals(103, t.vocabularySize());
    assertArrayEquals(new int[] {101, 7, 9, 102}, t.ids().get("p"));
    assertEquals(java.util.Set.of("p"), t.patients(), "a text of padding alone is no text");
  }

  @Test
  void numpyFilesOfAFewBytesAreCalledCut(@TempDir Path folder) throws IOException {
    Path npy = Files.write(
        folder.resolve("slide.npy"), "\u0093NUMPY\1\0".getBytes(StandardCharsets.ISO_8859_1));
    refuses(
        () -> npy(NpyPatchesReader.class, sample(npy), Map.of()),
        "slide.npy is not written to its end: it has 8 bytes");
  }

  @Test
  void numpyFilesOfNoUseAreASentence() {
    refuses(
        () -> npy(NpyPatchesReader.class, sample("fortran.npy"), Map.of()),
        "fortran.npy is in Fortran order");
    refuses(
        () -> npy(NpyPatchesReader.class, sample("truncated.npy"), Map.of()),
        "truncated.npy is not written to its end");
    refuses(
        () -> npy(NpyPatchesReader.class, sample("complex.npy"), Map.of()),
        "holds numbers of type c8");
    refuses(
        () -> npy(NpyPatchesReader.class, sample("clam.h5"), Map.of()), "clam.h5 is no NumPy file");
    refuses(
        () -> npy(NpyPatchesReader.class, sample("vector.npy"), Map.of()),
        "[3]; it has to be [patches, features]");
    refuses(
        () -> npy(NpyVectorsReader.class, sample("patches.npy"), Map.of()),
        "it has to be one vector");
    refuses(
        () -> npy(NpyTokensReader.class, sample("vector.npy"), Map.of()),
        "token ids have to be integers");
    refuses(
        () -> npy(NpyPatchesReader.class, sample("bfloat16.npy"), Map.of()),
        "holds uint16",
        "bfloat16 is often stored so");
    refuses(
        () -> npy(NpyPatchesReader.class, sample("opaque.npy"), Map.of()),
        "holds two opaque bytes",
        "integers to bfloat16");
    refuses(
        () -> npy(NpyPatchesReader.class, sample("objects.npy"), Map.of()),
        "objects.npy holds Python objects");
    refuses(
        () -> npy(NpyVectorsReader.class, sample("infinite-vector.npy"), Map.of()),
        "number 2 is Infinity");
    refuses(
        () -> npy(NpyTokensReader.class, sample("two-texts.npy"), Map.of()),
        "[2, 3]; it has to be one vector");
    refuses(
        () -> npy(NpyTokensReader.class, sample("negative-tokens.npy"), Map.of()),
        "id 2 is -7; it has to be 0 or above");
    refuses(
        () -> npy(NpyTokensReader.class, sample("tokens.npy"), Map.of("vocabularySize", 102)),
        "the token id 102");
  }

  /** A file of 3 GB, almost all of it a hole: rows behind the second gigabyte, without the heap to hold the file. */
  @Test
  void filesMayBeLargerThanABufferAndTheHeap(@TempDir Path folder) throws IOException {
    int rows = 800_000;
    int width = 1000;
    Path file = folder.resolve("large.npy");
    String header =
        String.format("{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }", rows, width);
    byte[] start =
        (header + " ".repeat(117 - header.length()) + "\n").getBytes(StandardCharsets.US_ASCII);
    ByteBuffer bytes = ByteBuffer.allocate(10 + start.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes
        .put((byte) 0x93)
        .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
        .put((byte) 1)
        .put((byte) 0);
    bytes.putShort((short) start.length).put(start).flip();
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      out.write(bytes);
      for (int row : new int[] {0, 270_000, 799_999}) {
        ByteBuffer number =
            ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(row).flip();
        out.write(number, 10 + start.length + 4L * width * row + 4 * 999);
      }
    }
    Bag bag = ((ModalityData.Bags) npy(
            NpyPatchesReader.class, new TestCohort(folder, null, "id").with("p", file), Map.of()))
        .bags()
        .get("p");
    float[] some = read(bag, width, 0, 1, 270_000, 799_999);
    assertEquals(0, some[999]);
    assertEquals(0, some[1999]);
    assertEquals(270_000, some[2999]);
    assertEquals(799_999, some[3999]);
  }

  @Test
  void halfPrecisionIsThatOfTheStandard() {
    // 1, -2, the largest, the smallest normal and subnormal numbers, infinity
    assertEquals(1f, ElementType.half((short) 0x3c00));
    assertEquals(-2f, ElementType.half((short) 0xc000));
    assertEquals(65504f, ElementType.half((short) 0x7bff));
    assertEquals(0x1p-14f, ElementType.half((short) 0x0400));
    assertEquals(0x1p-24f, ElementType.half((short) 0x0001));
    assertEquals(-0x1p-24f, ElementType.half((short) 0x8001));
    assertEquals(Float.POSITIVE_INFINITY, ElementType.half((short) 0x7c00));
    assertTrue(Float.isNaN(ElementType.half((short) 0x7e00)));
  }
}
