/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.transform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.data.Bag;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Learned;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.ModalityData.Matrix;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.PartContract;
import org.stroma.testkit.Stored;

class TransformsTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return Stream.of(
            PartContract.transform(ZScore::new, ZScore.Settings.class),
            PartContract.transform(TopVariance::new, TopVariance.Settings.class).with("count", 3),
            PartContract.transform(Log1p::new, Log1p.Settings.class).counts(),
            PartContract.transform(Log1p::new, Log1p.Settings.class).with("when", "counts"),
            PartContract.transform(s -> new BagMean(), BagMean.Settings.class),
            PartContract.transform(s -> new BlockScale(), BlockScale.Settings.class))
        .flatMap(PartContract::tests);
  }

  private static Matrix matrix(List<String> features, float[]... rows) {
    Map<String, float[]> byPatient = new LinkedHashMap<>();
    for (int i = 0; i < rows.length; i++) {
      byPatient.put("p" + i, rows[i]);
    }
    return Matrix.of(features, byPatient);
  }

  /** Four features: divided by 2. */
  @Test
  void blocksAreScaledByTheRootOfTheirFeatures() {
    BlockScale scale = new BlockScale();
    Matrix m = matrix(List.of("a", "b", "c", "d"), new float[] {2, -4, 0, Float.NaN});
    assertArrayEquals(
        new float[] {1, -2, 0, Float.NaN}, scale.apply(scale.fit(m), m).rows().get("p0"), 0f);
  }

  @Test
  void logarithms() {
    Log1p base2 = new Log1p(Defaults.of(Log1p.Settings.class));
    Matrix m = matrix(List.of("a", "b", "c"), new float[] {0, 1, 7});
    assertArrayEquals(new float[] {0, 1, 3}, base2.apply(base2.fit(m), m).rows().get("p0"), 1e-6f);
    Log1p natural = new Log1p(Defaults.of(Log1p.Settings.class, Map.of("base", "e")));
    assertEquals(Math.log(8), natural.apply(natural.fit(m), m).rows().get("p0")[2], 1e-6);
    DataException e = assertThrows(
        DataException.class,
        () -> base2.apply(base2.fit(m), matrix(List.of("a"), new float[] {-0.5f})));
    assertTrue(
        e.getMessage().contains("p0") && e.getMessage().contains("-0.5 for a"), e.getMessage());
  }

  @Test
  void zscoresLearnFromWhatTheyAreGivenAndSurviveStorage() throws Exception {
    ZScore zscore = new ZScore(Defaults.of(ZScore.Settings.class, Map.of("clip", 2.0)));
    Matrix training = matrix(
        List.of("a", "b", "c"),
        new float[] {1, 5, 0.1f},
        new float[] {2, 5, Float.NaN},
        new float[] {3, 5, 0.3f});
    Learned learned = Stored.again(zscore.fit(training));
    Matrix other =
        matrix(List.of("c", "b", "x", "a"), new float[] {Float.NaN, 9, 99, 2.5f}, new float[] {
          0.2f, 5, 0, 50
        });
    Matrix z = zscore.apply(learned, other);
    assertEquals(List.of("a", "b", "c"), z.features());
    // a: mean 2, deviation 1; b does not vary; c is missing, and so the mean
    assertArrayEquals(new float[] {0.5f, 0, 0}, z.rows().get("p0"), 1e-6f);
    assertArrayEquals(new float[] {2, 0, 0}, z.rows().get("p1"), 1e-6f);
    DataException e = assertThrows(
        DataException.class,
        () -> zscore.apply(learned, matrix(List.of("a", "b"), new float[] {1, 2})));
    assertTrue(
        e.getMessage().contains("1 of the 3 features of training are not there: c"),
        e.getMessage());
  }

  @Test
  void topVarianceKeepsWhatVariesMostInTheOrderOfNames() throws Exception {
    TopVariance top = new TopVariance(Defaults.of(TopVariance.Settings.class, Map.of("count", 2)));
    Matrix training = matrix(
        List.of("d", "b", "c", "a"),
        new float[] {0, 1, 0, 0},
        new float[] {9, 1.1f, 0, 5},
        new float[] {0, 1, 0, 0});
    Learned learned = Stored.again(top.fit(training));
    Matrix kept = top.apply(learned, training);
    assertEquals(List.of("a", "d"), kept.features());
    assertArrayEquals(new float[] {5, 9}, kept.rows().get("p1"));
  }

  @Test
  void logarithmsAreNotTakenTwice() {
    ModalityData.Matrix logs = ModalityData.Matrix.of(
        java.util.List.of("g", "h"),
        Map.of("p", new float[] {11.3f, 0}, "q", new float[] {9.25f, 4}));
    Log1p plain = new Log1p(Defaults.of(Log1p.Settings.class));
    String message = assertThrows(DataException.class, () -> plain.fit(logs)).getMessage();
    assertTrue(
        message.contains("no number is above 11.3") && message.contains("set force to true"),
        message);
    new Log1p(Defaults.of(Log1p.Settings.class, Map.of("force", true))).fit(logs);
    plain.fit(ModalityData.Matrix.of(
        java.util.List.of("g"), Map.of("p", new float[] {11}, "q", new float[] {3}))); // counts
    plain.fit(ModalityData.Matrix.of(
        java.util.List.of("g"), Map.of("p", new float[] {11.3f}, "q", new float[] {812.5f})));
  }

  private static Matrix wide(int features, float value) {
    float[] row = new float[features];
    Arrays.fill(row, value);
    return matrix(IntStream.range(0, features).mapToObj(i -> "f" + i).toList(), row);
  }

  /** What is learned of the training patients holds for all: a patient with small counts is treated alike. */
  @Test
  void logarithmsAreTakenOfWhatLooksLikeCountsWhereThatIsAsked() {
    Log1p log = new Log1p(Defaults.of(Log1p.Settings.class, Map.of("when", "counts")));
    Learned counts = log.fit(wide(50, 1023));
    assertEquals(10, log.apply(counts, wide(50, 1023)).rows().get("p0")[0], 1e-5);
    assertEquals(1, log.apply(counts, wide(50, 1)).rows().get("p0")[0], 1e-5);
    assertTrue(log.told(counts).orElseThrow().contains("look like counts"));
    for (Matrix other : List.of(wide(49, 1023), wide(50, 99), wide(50, -2000))) {
      assertEquals(1023, log.apply(log.fit(other), wide(50, 1023)).rows().get("p0")[0]);
    }
  }

  @Test
  void aBagBecomesItsMean() {
    BagMean mean = new BagMean();
    Matrix vectors = mean.vectors(
            ModalityData.Bags.of(2, Map.of("p", Bag.of(2, new float[] {1, 2, 3, 4, 8, 0}, null))))
        .orElseThrow();
    assertEquals(List.of("mean.0", "mean.1"), vectors.features());
    assertArrayEquals(new float[] {4, 2}, vectors.rows().get("p"));
    assertTrue(mean.vectors(ModalityData.Texts.of(Map.of("p", "word"))).isEmpty());
  }
}
