/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.baseline.ridge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.BaselineInput;
import org.stroma.api.BaselineModel;
import org.stroma.api.TargetValues;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.PartContract;

class RidgeBaselineTest {
  private static final int TRAINING = 60;
  private static final int ALL = 80;

  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.baseline(RidgeBaseline::new, RidgeBaseline.Settings.class)
        .tests();
  }

  private final RidgeBaseline ridge = new RidgeBaseline(Defaults.of(RidgeBaseline.Settings.class));

  /** Two modalities: a tells the truth, and every third patient lacks b. Nobody of the last one has any. */
  private static SortedMap<String, float[][]> modalities() {
    SplittableRandom random = new SplittableRandom(5);
    float[][] a = new float[ALL][];
    float[][] b = new float[ALL][];
    for (int i = 0; i < ALL; i++) {
      a[i] = new float[] {(float) random.nextDouble(), (float) random.nextDouble()};
      float[] wide = new float[100];
      for (int k = 0; k < wide.length; k++) {
        wide[k] = (float) random.nextDouble();
      }
      b[i] = i % 3 == 0 ? null : wide;
    }
    a[ALL - 1] = null;
    b[ALL - 1] = null;
    return new TreeMap<>(java.util.Map.of("a", a, "b", b));
  }

  private static double[] truth(float[][] a) {
    return Arrays.stream(a, 0, TRAINING).mapToDouble(row -> row[0]).toArray();
  }

  private static TargetValues survival(float[][] a) {
    boolean[] event = new boolean[TRAINING];
    for (int i = 0; i < TRAINING; i++) {
      event[i] = i % 4 != 0;
    }
    return TargetValues.survival(
        Arrays.stream(truth(a)).map(risk -> 10 - 5 * risk).toArray(), event);
  }

  private SortedMap<String, BaselineModel> fit(TargetValues target) {
    return ridge.fit(BaselineInput.of(modalities(), target, 3)).stream()
        .collect(Collectors.toMap(BaselineModel::name, m -> m, (x, y) -> x, TreeMap::new));
  }

  @Test
  void eachModalityAllTogetherAndLateFusionSayWhatTheyCan() {
    float[][] a = modalities().get("a");
    int[] label = Arrays.stream(truth(a)).mapToInt(v -> (int) (3 * v)).toArray();
    for (TargetValues target : List.of(
        survival(a),
        TargetValues.classes(label, List.of("x", "y", "z")),
        TargetValues.number(truth(a)))) {
      SortedMap<String, BaselineModel> models = fit(target);
      assertEquals(
          List.of("ridge a", "ridge all together", "ridge b", "ridge late fusion"),
          List.copyOf(models.keySet()));
      int width = target instanceof TargetValues.Classes ? 3 : 1;
      models.forEach((name, model) -> {
        double[][] predicted = model.predicted();
        assertEquals(ALL, predicted.length);
        assertEquals(0, predicted[ALL - 1].length, name + " of a patient without modalities");
        assertEquals(name.equals("ridge b") ? 0 : width, predicted[63].length, name);
        if (width == 3) {
          assertEquals(1, Arrays.stream(predicted[64]).sum(), 1e-9);
        }
      });
      assertEquals(40, models.get("ridge b").details().get("patients"));
      assertEquals(102, models.get("ridge all together").details().get("features"));
      // who are not trained with are in the order of the feature that tells
      double[][] own = models.get("ridge a").predicted();
      int right = 0;
      int pairs = 0;
      for (int i = TRAINING; i < ALL - 1; i++) {
        for (int j = TRAINING; j < i; j++) {
          pairs++;
          int last = width - 1;
          right += (own[i][last] - own[j][last]) * (a[i][0] - a[j][0]) > 0 ? 1 : 0;
        }
      }
      assertTrue(right > 0.9 * pairs, right + " of " + pairs);
    }
  }

  @Test
  void allTogetherIsHeardOfTheSmallModalityToo() {
    float[][] a = modalities().get("a");
    TargetValues target = TargetValues.number(truth(a));
    double[] errors = new double[2];
    for (int k = 0; k < 2; k++) {
      RidgeBaseline part = new RidgeBaseline(Defaults.of(
          RidgeBaseline.Settings.class, java.util.Map.of("penalty", k == 0 ? "modality" : "same")));
      double[][] together =
          part.fit(BaselineInput.of(modalities(), target, 3)).get(2).predicted();
      for (int i = TRAINING; i < ALL - 1; i++) {
        errors[k] += Math.abs(together[i][0] - a[i][0]);
      }
    }
    assertTrue(errors[0] < 0.5 * errors[1], Arrays.toString(errors));
  }

  @Test
  void lateFusionIsTheMeanOfStandardisedRisksUpToAScale() {
    SortedMap<String, BaselineModel> models = fit(survival(modalities().get("a")));
    double[][] a = standardised(models.get("ridge a").predicted());
    double[][] b = standardised(models.get("ridge b").predicted());
    double[][] late = models.get("ridge late fusion").predicted();
    // 61 has both, 63 has a alone
    double scale = late[63][0] / a[63][0];
    assertTrue(scale > 0);
    assertEquals(scale * (a[61][0] + b[61][0]) / 2, late[61][0], 1e-9);
    assertEquals(scale * (a[70][0] + b[70][0]) / 2, late[70][0], 1e-9);
  }

  private static double[][] standardised(double[][] risks) {
    double[] training = Arrays.stream(risks, 0, TRAINING)
        .filter(row -> row.length > 0)
        .mapToDouble(row -> row[0])
        .toArray();
    double mean = Arrays.stream(training).average().orElseThrow();
    double deviation = Math.sqrt(
        Arrays.stream(training).map(r -> (r - mean) * (r - mean)).average().orElseThrow());
    return Arrays.stream(risks)
        .map(row -> Arrays.stream(row).map(r -> (r - mean) / deviation).toArray())
        .toArray(double[][]::new);
  }

  @Test
  void lateFusionOfProbabilitiesAndNumbersIsTheirMean() {
    float[][] a = modalities().get("a");
    SortedMap<String, BaselineModel> models = fit(TargetValues.number(truth(a)));
    assertEquals(
        (models.get("ridge a").predicted()[61][0] + models.get("ridge b").predicted()[61][0]) / 2,
        models.get("ridge late fusion").predicted()[61][0],
        1e-12);
  }

  @Test
  void whatCannotBeFittedSaysWhy() {
    float[][] a = modalities().get("a");
    SortedMap<String, BaselineModel> none =
        fit(TargetValues.survival(truth(a), new boolean[TRAINING]));
    assertEquals(
        "none of the 60 patients has an event: a Cox model cannot be fitted",
        none.get("ridge a").reason());
    assertEquals(
        "there is no model of a single modality", none.get("ridge late fusion").reason());
    SortedMap<String, float[][]> lacking = modalities();
    Arrays.fill(lacking.get("b"), 0, TRAINING, null);
    List<BaselineModel> models =
        ridge.fit(BaselineInput.of(lacking, TargetValues.number(truth(a)), 3));
    assertEquals("ridge b", models.get(1).name());
    assertFalse(models.get(1).defined());
    assertTrue(models.get(3).defined());
  }

  /** Nobody waits for hours for what was not asked for. */
  @Test
  void whatWouldTakeLongIsLeftOutAndSaysSo() {
    float[][] a = modalities().get("a");
    RidgeBaseline small = new RidgeBaseline(
        Defaults.of(RidgeBaseline.Settings.class, java.util.Map.of("largest", 30)));
    List<BaselineModel> models =
        small.fit(BaselineInput.of(modalities(), TargetValues.number(truth(a)), 3));
    assertTrue(models.get(0).defined(), "two features");
    assertEquals(
        "40 patients by 100 features would take long; the transform top-variance leaves fewer features, or the setting largest, which is"
            + " 30, has to be larger",
        models.get(1).reason());
  }

  @Test
  void withOneModalityThereIsOneModel() {
    SortedMap<String, float[][]> one = modalities();
    one.remove("b");
    assertEquals(
        List.of("ridge a"),
        ridge.fit(BaselineInput.of(one, TargetValues.number(truth(one.get("a"))), 3)).stream()
            .map(BaselineModel::name)
            .toList());
  }

  @Test
  void theSeedDecidesAndNothingElse() {
    TargetValues target = survival(modalities().get("a"));
    for (String name : List.of("ridge b", "ridge late fusion")) {
      double[][] first = fit(target).get(name).predicted();
      double[][] second = fit(target).get(name).predicted();
      for (int i = 0; i < ALL; i++) {
        assertArrayEquals(first[i], second[i]);
      }
    }
  }
}
