/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.transform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.stroma.api.data.ModalityData.Matrix;
import org.stroma.testkit.Defaults;

/** The order of a table's rows and columns is chance: what is learned must not depend on it, to the bit. */
class OrderTest {
  private static final int PATIENTS = 61;
  private static final int FEATURES = 40;

  /** Numbers whose sums round differently in different orders; features 0 to 9 vary alike, to the bit. */
  private static Matrix matrix(List<Integer> patients, List<Integer> features) {
    Map<String, float[]> rows = new LinkedHashMap<>();
    for (int p : patients) {
      float[] row = new float[features.size()];
      for (int i = 0; i < row.length; i++) {
        int f = features.get(i);
        Random random = new Random(1_000L * p + (f < 10 ? 0 : f));
        row[i] = p % 7 == 3 && f % 5 == 1 ? Float.NaN : (float) Math.exp(9 * random.nextGaussian());
      }
      rows.put("patient " + p, row);
    }
    return Matrix.of(features.stream().map(f -> "gene " + f).toList(), rows);
  }

  private static List<Integer> numbers(int count, long shuffle) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      numbers.add(i);
    }
    if (shuffle > 0) {
      Collections.shuffle(numbers, new Random(shuffle));
    }
    return numbers;
  }

  @Test
  void zscoreLearnsTheSameFromAnyOrderOfRows() {
    ZScore zscore = new ZScore(Defaults.of(ZScore.Settings.class));
    List<Integer> features = numbers(FEATURES, 0);
    String learned = zscore.fit(matrix(numbers(PATIENTS, 0), features)).toString();
    for (long shuffle = 1; shuffle <= 10; shuffle++) {
      assertEquals(
          learned, zscore.fit(matrix(numbers(PATIENTS, shuffle), features)).toString());
    }
  }

  @Test
  void zscoreLearnsTheSameOfAFeatureWhereverItsColumnStands() {
    ZScore zscore = new ZScore(Defaults.of(ZScore.Settings.class));
    List<Integer> patients = numbers(PATIENTS, 0);
    List<Integer> features = numbers(FEATURES, 5);
    var learned = zscore.fit(matrix(patients, numbers(FEATURES, 0)));
    var shuffled = zscore.fit(matrix(patients, features));
    for (int i = 0; i < FEATURES; i++) {
      for (String entry : List.of("mean", "standardDeviation")) {
        assertEquals(learned.doubles(entry)[features.get(i)], shuffled.doubles(entry)[i]);
      }
    }
  }

  @Test
  void topVarianceKeepsTheSameFromAnyOrderOfRowsAndColumnsThoughVariancesAreEqual() {
    for (int count = 1; count <= FEATURES; count++) {
      TopVariance top =
          new TopVariance(Defaults.of(TopVariance.Settings.class, Map.of("count", count)));
      String learned =
          top.fit(matrix(numbers(PATIENTS, 0), numbers(FEATURES, 0))).toString();
      for (long shuffle = 1; shuffle <= 10; shuffle++) {
        Matrix shuffled = matrix(numbers(PATIENTS, shuffle), numbers(FEATURES, shuffle + 100));
        assertNotEquals("gene 0", shuffled.features().get(0));
        assertEquals(learned, top.fit(shuffled).toString());
      }
    }
  }
}
