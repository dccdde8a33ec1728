/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.stain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.stroma.api.data.DataException;
import org.stroma.api.slides.StainNormalizer;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.PartContract;

class StainTest {
  @TempDir
  private Path folder;

  private static final Fixture FIXTURE = Fixture.read(StainTest.class, "stain");

  private static Macenko macenko(Map<String, ?> settings) {
    return new Macenko(Defaults.of(Macenko.Settings.class, settings));
  }

  private static Reinhard reinhard(Map<String, ?> settings) {
    return new Reinhard(Defaults.of(Reinhard.Settings.class, settings));
  }

  private static StainNormalizer normalizer(String type, Map<String, ?> settings) {
    return type.equals("macenko") ? macenko(settings) : reinhard(settings);
  }

  @TestFactory
  Stream<DynamicTest> keepTheContract() {
    return Stream.of(
            PartContract.stain(Macenko::new, Macenko.Settings.class),
            PartContract.stain(Reinhard::new, Reinhard.Settings.class))
        .flatMap(PartContract::tests);
  }

  private static int[] picture(String group, String name) {
    int[] levels = FIXTURE.integers(group, name);
    int[] rgb = new int[levels.length / 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = levels[3 * i] << 16 | levels[3 * i + 1] << 8 | levels[3 * i + 2];
    }
    return rgb;
  }

  private static int[] normalized(StainNormalizer normalizer, int[] picture) {
    int[] rgb = picture.clone();
    normalizer.learn(picture).normalize(rgb);
    return rgb;
  }

  private static int[] differences(int[] one, int[] other) {
    int[] differences = new int[3 * one.length];
    for (int i = 0; i < one.length; i++) {
      differences[3 * i] = Math.abs(Pixels.red(one[i]) - Pixels.red(other[i]));
      differences[3 * i + 1] = Math.abs(Pixels.green(one[i]) - Pixels.green(other[i]));
      differences[3 * i + 2] = Math.abs(Pixels.blue(one[i]) - Pixels.blue(other[i]));
    }
    return differences;
  }

  private static void assertWithinOne(int[] wanted, int[] picture) {
    int[] differences = differences(wanted, picture);
    int worst = IntStream.range(0, differences.length)
        .reduce(0, (a, b) -> differences[a] >= differences[b] ? a : b);
    assertTrue(
        differences[worst] <= 1,
        () -> "pixel " + worst / 3 + " is " + Integer.toHexString(picture[worst / 3])
            + " and has to be " + Integer.toHexString(wanted[worst / 3]));
  }

  private static int[] pixels(IntUnaryOperator colour) {
    return IntStream.range(0, 1000).map(colour).toArray();
  }

  private static double[] doubles(String name) {
    float[] floats = FIXTURE.floats("outputs", name);
    return IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray();
  }

  /** torchstain cuts off what is behind the point and does not take back the 1 that it adds: at most one level. */
  @ParameterizedTest
  @ValueSource(strings = {"mixed", "ihc"})
  void macenkoIsThatOfTorchstain(String name) {
    int[] picture = picture("inputs", name);
    Macenko macenko = macenko(Map.of());
    Macenko.Stains stains = macenko.stains(picture);
    double[] wanted = doubles(name + "_stains");
    assertArrayEquals(Arrays.copyOf(wanted, 3), stains.stains()[0], 1e-6);
    assertArrayEquals(Arrays.copyOfRange(wanted, 3, 6), stains.stains()[1], 1e-6);
    assertArrayEquals(doubles(name + "_concentrations"), stains.concentrations(), 1e-6);
    assertWithinOne(picture("outputs", name + "_macenko"), normalized(macenko, picture));
  }

  /** HistomicsTK cuts off what is behind the point: at most one level. */
  @ParameterizedTest
  @ValueSource(strings = {"mixed", "ihc"})
  void reinhardIsThatOfHistomicsTk(String name) {
    int[] picture = picture("inputs", name);
    Reinhard reinhard = reinhard(Map.of());
    Reinhard.Moments moments = reinhard.moments(picture);
    assertArrayEquals(doubles(name + "_mean"), moments.mean(), 1e-6);
    assertArrayEquals(doubles(name + "_deviation"), moments.deviation(), 1e-6);
    assertWithinOne(picture("outputs", name + "_reinhard"), normalized(reinhard, picture));
  }

  /** Within a few degrees: pure eosin lets red light through, and beta takes it for transparent. */
  @Test
  void macenkoFindsTheStainsThatAPictureIsMixedOf() {
    float[] truth = FIXTURE.floats("inputs", "truth");
    double[][] found = macenko(Map.of()).stains(picture("inputs", "mixed")).stains();
    for (int s = 0; s < 2; s++) {
      double cosine = 0;
      for (int i = 0; i < 3; i++) {
        cosine += truth[3 * s + i] * found[s][i];
      }
      assertTrue(
          Math.toDegrees(Math.acos(cosine)) < 5, "stain " + s + ": " + Arrays.toString(found[s]));
    }
  }

  /** A picture in the colours of another scanner comes back to those of the reference. */
  @ParameterizedTest
  @ValueSource(strings = {"macenko", "reinhard"})
  void aReferencePictureIsReachedAndIsItsOwn(String type) throws IOException {
    int[] picture = picture("inputs", "mixed");
    BufferedImage image = new BufferedImage(30, 30, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 30, 30, picture, 0, 30);
    Path file = folder.resolve("reference.png");
    ImageIO.write(image, "png", file.toFile());
    StainNormalizer normalizer = normalizer(type, Map.of("reference", file.toString()));
    int[] same = differences(picture, normalized(normalizer, picture));
    // noise that is no mixture of two stains is lost by macenko
    assertTrue(Arrays.stream(same).average().orElseThrow() < 1, Arrays.toString(same));
    int[] faint = Arrays.stream(picture)
        .map(p -> Pixels.pack(
            240 * Math.pow(Pixels.red(p) / 240.0, 0.6),
            240 * Math.pow(Pixels.green(p) / 240.0, 0.6),
            240 * Math.pow(Pixels.blue(p) / 240.0, 0.6)))
        .toArray();
    double before = Arrays.stream(differences(picture, faint)).average().orElseThrow();
    double after = Arrays.stream(differences(picture, normalized(normalizer, faint)))
        .average()
        .orElseThrow();
    assertTrue(after < before / 4, before + " before, " + after + " after");
  }

  /** Another order of the same pixels, and a high byte that may hold alpha, change nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"macenko", "reinhard"})
  void pixelsAreNormalizedEachOnItsOwn(String type) {
    int[] picture = picture("inputs", "ihc");
    int[] whole = normalized(normalizer(type, Map.of()), picture);
    int n = picture.length;
    int[] turned =
        IntStream.range(0, n).map(i -> picture[n - 1 - i] | 0xff000000).toArray();
    int[] there = normalized(normalizer(type, Map.of()), turned);
    // background stays as it was given
    assertArrayEquals(
        whole, IntStream.range(0, n).map(i -> there[n - 1 - i] & 0xffffff).toArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"macenko", "reinhard"})
  void whatHoldsNoStainIsASentence(String type) {
    StainNormalizer normalizer = normalizer(type, Map.of());
    Random random = new Random(1);
    Map<String, int[]> bad = Map.of(
        "nothing", new int[0],
        "white", pixels(i -> 0xffffff),
        "almost white", pixels(i -> 0xf5f5f5 + random.nextInt(8) * 0x010101),
        "one colour", pixels(i -> 0xa04080),
        "black", pixels(i -> 0),
        "shades of grey", pixels(i -> i % 200 * 0x010101));
    bad.forEach((name, rgb) -> {
      String message =
          assertThrows(DataException.class, () -> normalizer.learn(rgb), name).getMessage();
      assertTrue(
          message.contains("are needed") || message.contains("has one colour"),
          name + ": " + message);
    });
  }

  @Test
  void macenkoTellsOneStainFromTwo() {
    int[] blue = pixels(i -> Pixels.pack(
        240 * Math.exp(-0.65 * i / 500.0) - 1,
        240 * Math.exp(-0.70 * i / 500.0) - 1,
        240 * Math.exp(-0.29 * i / 500.0) - 1));
    String message = assertThrows(
            DataException.class, () -> macenko(Map.of("beta", 0.3)).learn(blue))
        .getMessage();
    assertTrue(message.contains("two stains cannot be told apart"), message);
  }

  /** Whatever can be learned from gives colours, at the ends of the range too. */
  @ParameterizedTest
  @ValueSource(strings = {"macenko", "reinhard"})
  void nothingOverflows(String type) {
    int[] all = IntStream.range(0, 1 << 12)
        .map(i -> (i & 0xf00) * 0x1100 | (i & 0xf0) * 0x110 | (i & 0xf) * 0x11)
        .toArray();
    StainNormalizer normalizer = normalizer(type, Map.of());
    int learned = 0;
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      int spread = 1 + seed / 2;
      int[] rgb = pixels(i -> Pixels.pack(
          100 + random.nextInt(spread), random.nextInt(spread), 200 + random.nextInt(spread)));
      try {
        int[] out = all.clone();
        normalizer.learn(rgb).normalize(out);
        learned++;
        assertTrue(Arrays.stream(out).allMatch(p -> p >= 0 && p <= 0xffffff));
        // NaN would have become black
        assertTrue(Pixels.red(out[0xfff]) + Pixels.green(out[0xfff]) + Pixels.blue(out[0xfff]) > 0);
      } catch (DataException e) {
        assertTrue(e.getMessage().startsWith("its tissue has "), e.getMessage());
      }
    }
    assertTrue(learned > 10, "learned " + learned);
  }

  /** Infinite light of one kind less that of another would be no number, and black. */
  @Test
  void whatIsBrighterThanAnyPixelIsWhite() {
    Reinhard reinhard =
        reinhard(Map.of("background", 256, "referenceDeviation", new double[] {2000, 0.01, 0.01}));
    int[] white = {0xffffff};
    reinhard.learn(picture("inputs", "ihc")).normalize(white);
    assertEquals(0xffffff, white[0]);
  }

  @Test
  void wrongSettingsAreASentence() throws IOException {
    Map<Map<String, ?>, String> wrong = Map.of(
        Map.of("referenceStains", new double[] {1, 2}),
            "referenceStains has 2 numbers; it has to have 6",
        Map.of("referenceConcentrations", new double[] {1, 0}), "referenceConcentrations holds 0.0",
        Map.of("reference", "none.png"), "there is no file none.png, which reference names");
    wrong.forEach((settings, words) -> {
      String message =
          assertThrows(IllegalArgumentException.class, () -> macenko(settings)).getMessage();
      assertTrue(message.contains(words), message);
    });
    String deviation = assertThrows(
            IllegalArgumentException.class,
            () -> reinhard(Map.of("referenceDeviation", new double[] {1, -1, 1})))
        .getMessage();
    assertTrue(
        deviation.contains("referenceDeviation holds -1.0; each number has to be above 0"),
        deviation);
    String text = Files.writeString(folder.resolve("text.png"), "no picture").toString();
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> reinhard(Map.of("reference", text)))
            .getMessage()
            .contains("is no picture that can be read"));
    Path white = folder.resolve("white.png");
    BufferedImage image = new BufferedImage(20, 20, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 20, 20, pixels(i -> 0xffffff), 0, 20);
    ImageIO.write(image, "png", white.toFile());
    String message = innermost(assertThrows(
        IllegalArgumentException.class, () -> macenko(Map.of("reference", white.toString()))));
    assertTrue(message.contains("white.png cannot be learned from: of 400 pixels"), message);
  }

  /** What a user is told of a part that does not start. */
  private static String innermost(Throwable e) {
    return e.getCause() == null ? e.getMessage() : innermost(e.getCause());
  }

  /** By hand: eigenvalues 1, 3 and 10. */
  @Test
  void eigenvectorsOfAMatrix() {
    Symmetric3 m = new Symmetric3(new double[][] {{2, 0, 1}, {0, 10, 0}, {1, 0, 2}});
    assertEquals(1, m.value(0), 1e-12);
    assertEquals(3, m.value(1), 1e-12);
    assertEquals(10, m.value(2), 1e-12);
    double[] least = m.vector(0);
    assertEquals(Math.sqrt(0.5), Math.abs(least[0]), 1e-12);
    assertEquals(0, least[1], 1e-12);
    assertEquals(-least[0], least[2], 1e-12);
  }
}
