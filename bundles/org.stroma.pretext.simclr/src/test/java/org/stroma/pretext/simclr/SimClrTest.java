/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.pretext.simclr;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.stroma.api.Encoder;
import org.stroma.api.ModalityInput;
import org.stroma.api.Pretext;
import org.stroma.encoder.clinicaltransformer.ClinicalTransformer;
import org.stroma.encoder.genomicmlp.GenomicMlp;
import org.stroma.encoder.wsitransformer.WsiTransformer;
import org.stroma.nn.Variable;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

class SimClrTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContractOverVectors() {
    return PartContract.pretext(SimClr::new, SimClr.Settings.class).vectors(6).tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractOverBags() {
    return PartContract.pretext(SimClr::new, SimClr.Settings.class).bags(5).tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractOverTexts() {
    return PartContract.pretext(SimClr::new, SimClr.Settings.class).texts(9).tests();
  }

  private static final Map<String, Object> PLAIN =
      Map.of("bagShare", 1.0, "featureDropout", 0.0, "noise", 0.0, "tokenDropout", 0.0);

  private static SimClr task(Map<String, ?> settings) {
    return new SimClr(Defaults.of(SimClr.Settings.class, settings));
  }

  private static SimClr only(String setting, Object value) {
    Map<String, Object> settings = new HashMap<>(PLAIN);
    settings.put(setting, value);
    return task(settings);
  }

  private static float[] random(int size, long seed) {
    Random random = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Four rows, the second without the modality, and an encoder without dropout. */
  private static final class Modality {
    final ModalityInput input;
    final Operand<TFloat32> loss;
    final String first;
    final Map<String, ModalityInput> given = new HashMap<>(); // what the encoder gets, by view

    Modality(GraphBench bench, String kind, SimClr task) {
      Operand<TFloat32> presence = bench.input(new float[] {1, 0, 1, 1}, 4);
      Encoder encoder;
      switch (kind) {
        case "bags" -> {
          float[] values = random(4 * 5 * 3, 1);
          Operand<TFloat32> mask = bench.input(
              new float[] {1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0}, 4, 5);
          input = ModalityInput.bags(bench.input(values, 4, 5, 3), mask, presence);
          encoder = new WsiTransformer(Defaults.of(
              WsiTransformer.Settings.class,
              Map.of("heads", 2, "layers", 1, "grid", 4, "dropout", 0.0)));
          first = "encoder/projection/kernel";
        }
        case "vectors" -> {
          input = ModalityInput.vectors(bench.input(random(4 * 6, 2), 4, 6), presence);
          encoder = new GenomicMlp(Defaults.of(
              GenomicMlp.Settings.class, Map.of("hidden1", 7, "hidden2", 0, "dropout", 0.0)));
          first = "encoder/hidden1/kernel";
        }
        default -> {
          int[] ids = {2, 5, 6, 3, 0, 0, 0, 0, 2, 7, 5, 8, 2, 8, 3, 0};
          Operand<TFloat32> mask =
              bench.input(new float[] {1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0}, 4, 4);
          input = ModalityInput.texts(bench.input(ids, 4, 4), mask, presence, 9);
          encoder = new ClinicalTransformer(Defaults.of(
              ClinicalTransformer.Settings.class, Map.of("heads", 2, "layers", 1, "dropout", 0.0)));
          first = "encoder/tokens/embeddings";
        }
      }
      Pretext.Trained trained = (view, batch) -> {
        given.put(view, batch);
        return encoder.encode(bench.training().scope("encoder").view(view), batch);
      };
      loss = task.loss(
          bench.training().scope("task"),
          new TreeMap<>(Map.of("modality", input)),
          new TreeMap<>(Map.of("modality", trained)));
      bench.initialize(3);
    }
  }

  // ---------------------------------------------------------------- NT-Xent

  @ParameterizedTest
  @ValueSource(strings = {"all", "some", "two"})
  void lossAndGradientsAgreeWithPyTorch(String rows) {
    Fixture fixture = Fixture.read(SimClrTest.class, "ntxent");
    try (GraphBench bench = new GraphBench(4)) {
      Operand<TFloat32> a = bench.input(fixture.floats("inputs", "a"), 5, 4);
      Operand<TFloat32> b = bench.input(fixture.floats("inputs", "b"), 5, 4);
      var loss = SimClr.ntXent(
          bench.inference(),
          a,
          b,
          bench.input(fixture.floats("inputs", rows), 5),
          rows.equals("some") ? 0.5 : 0.1);
      var gradients = bench.gradients(loss, List.of(a, b));
      assertArrayEquals(fixture.floats("outputs", rows), bench.run(loss), 1e-5f);
      assertArrayEquals(fixture.floats("outputs", rows + "_a"), bench.run(gradients.get(0)), 1e-5f);
      assertArrayEquals(fixture.floats("outputs", rows + "_b"), bench.run(gradients.get(1)), 1e-5f);
    }
  }

  /** One patient has nobody to be told apart from; absent rows hold zeros, whose cosine nobody can take. */
  @Test
  void fewerThanTwoRowsGiveZeroAndZeroGradient() {
    try (GraphBench bench = new GraphBench(4)) {
      Operand<TFloat32> a = bench.input(new float[12], 3, 4);
      Operand<TFloat32> b = bench.input(random(12, 2), 3, 4);
      Operand<TFloat32> presence = bench.input(new float[3], 3);
      var loss = SimClr.ntXent(bench.inference(), a, b, presence, 0.1);
      var gradients = bench.gradients(loss, List.of(a, b));
      for (float[] rows : List.of(new float[3], new float[] {0, 1, 0})) {
        bench.feed(presence, rows);
        assertArrayEquals(new float[1], bench.run(loss), 0f);
        assertArrayEquals(new float[12], bench.run(gradients.get(0)), 0f);
        assertArrayEquals(new float[12], bench.run(gradients.get(1)), 0f);
      }
    }
  }

  /** At a temperature of 0.001 scores reach 1000, where exponentials overflow. */
  @Test
  void aLowTemperatureStaysFinite() {
    try (GraphBench bench = new GraphBench(4)) {
      Operand<TFloat32> a = bench.input(random(12, 1), 3, 4);
      var loss = SimClr.ntXent(
          bench.inference(),
          a,
          bench.input(random(12, 2), 3, 4),
          bench.input(new float[] {1, 1, 1}, 3),
          0.001);
      assertTrue(Float.isFinite(bench.run(loss)[0]) && bench.run(loss)[0] > 0);
      for (float value : bench.run(bench.gradients(loss, List.of(a)).get(0))) {
        assertTrue(Float.isFinite(value));
      }
    }
  }

  // ---------------------------------------------------------------- the task around an encoder

  @ParameterizedTest
  @ValueSource(strings = {"bags", "vectors", "texts"})
  void theEncoderGetsTwoDifferentViews(String kind) {
    try (GraphBench bench = new GraphBench(8)) {
      Modality modality = new Modality(bench, kind, task(Map.of("tokenDropout", 0.5)));
      assertEquals(2, modality.given.size());
      var seen = modality.given.values().stream()
          .map(v -> bench.run(
              switch (kind) {
                case "vectors" -> v.vectors().values();
                case "texts" -> v.texts().mask();
                default -> v.bags().mask();
              }))
          .toList();
      assertFalse(Arrays.equals(seen.get(0), seen.get(1)), Arrays.toString(seen.get(0)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bags", "vectors", "texts"})
  void gradientsReachTheEncodersFirstLayerAndTheProjection(String kind) {
    try (GraphBench bench = new GraphBench(8)) {
      Modality modality = new Modality(bench, kind, task(Map.of("projection", 5)));
      assertEquals(8 * 8 + 8 + 9 * 5, bench.variables().parameterCount("task/"));
      List<Variable> all = bench.variables().trainable();
      List<float[]> gradients = bench.runAll(
          bench.gradients(modality.loss, all.stream().map(Variable::value).toList()));
      assertTrue(bench.run(modality.loss)[0] > 0);
      for (int i = 0; i < all.size(); i++) {
        double size = 0;
        for (float g : gradients.get(i)) {
          assertTrue(Float.isFinite(g), all.get(i).name());
          size += Math.abs(g);
        }
        if (all.get(i).name().equals(modality.first)
            || all.get(i).name().startsWith("task/projection1/kernel")) {
          assertTrue(size > 1e-4, all.get(i).name() + " has gradient " + size);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bags", "vectors", "texts"})
  void gradientsAgreeWithCentralDifferences(String kind) {
    try (GraphBench bench = new GraphBench(8)) {
      Modality modality =
          new Modality(bench, kind, task(Map.of("temperature", 0.5, "projection", 5)));
      // larger steps cross kinks of the bags' ReLU; smaller ones drown in rounding where the loss
      // is almost flat
      assertTrue(bench.gradientError(modality.loss, kind.equals("bags") ? 3e-3f : 1e-2f) < 0.05);
    }
  }

  @Test
  void severalModalitiesAreRefusedInASentence() {
    try (GraphBench bench = new GraphBench(8)) {
      ModalityInput input =
          ModalityInput.vectors(bench.input(new float[2], 1, 2), bench.input(new float[1], 1));
      var e = assertThrows(IllegalArgumentException.class, () -> task(Map.of())
          .loss(
              bench.training(),
              new TreeMap<>(Map.of("rna", input, "cnv", input)),
              new TreeMap<>()));
      assertEquals("the task takes one modality, and is given 2: cnv, rna", e.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bags", "vectors", "texts"})
  void whatAbsentRowsAndPaddingHoldChangesNothing(String kind) {
    try (GraphBench bench = new GraphBench(8)) {
      Modality modality = new Modality(bench, kind, task(Map.of()));
      float before = bench.run(modality.loss)[0];
      if (kind.equals("texts")) {
        bench.feed(
            modality.input.texts().ids(),
            new int[] {2, 5, 6, 3, 8, 7, 1, 4, 2, 7, 5, 8, 2, 8, 3, 5});
      } else {
        Operand<TFloat32> x = kind.equals("bags")
            ? modality.input.bags().values()
            : modality.input.vectors().values();
        int width = (int) x.shape().get(-1);
        float[] values = kind.equals("bags") ? random(60, 1) : random(24, 2);
        float[] there = kind.equals("bags")
            ? new float[] {1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0}
            : new float[] {1, 0, 1, 1};
        for (int i = 0; i < values.length; i++) {
          values[i] = there[i / width] == 1 ? values[i] : 77 + i;
        }
        bench.feed(x, values);
      }
      assertEquals(before, bench.run(modality.loss)[0], 1e-4f);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bags", "vectors", "texts"})
  void theLossIsZeroForWhatCannotBeLearnedFrom(String kind) {
    try (GraphBench bench = new GraphBench(8)) {
      Modality modality = new Modality(bench, kind, task(Map.of()));
      Operand<TFloat32> first = bench.variables().trainable().stream()
          .filter(v -> v.name().equals(modality.first))
          .findAny()
          .orElseThrow()
          .value();
      var gradient = bench.gradients(modality.loss, List.of(first)).get(0);
      for (float[] presence : List.of(new float[4], new float[] {0, 0, 1, 0})) {
        bench.feed(modality.input.presence(), presence);
        assertEquals(0, bench.run(modality.loss)[0], 0f);
        for (float g : bench.run(gradient)) {
          assertEquals(0, g, 0f);
        }
      }
    }
  }

  // ---------------------------------------------------------------- augmentations

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.3, 0.01})
  void aViewOfABagKeepsExactlyItsShare(double share) {
    int most = 41;
    try (GraphBench bench = new GraphBench(8)) {
      float[] mask =
          new float[(most + 1) * most]; // row n has n elements, at every other place where they fit
      for (int n = 0; n <= most; n++) {
        for (int i = 0; i < n; i++) {
          mask[n * most + (2 * n <= most ? 2 * i : i)] = 1;
        }
      }
      float[] presence = new float[most + 1];
      Arrays.fill(presence, 1);
      ModalityInput input = ModalityInput.bags(
          bench.input(new float[mask.length], most + 1, most, 1),
          bench.input(mask, most + 1, most),
          bench.input(presence, most + 1));
      SimClr task = only("bagShare", share);
      Operand<TFloat32> a =
          task.augment(bench.training().view("a"), input).bags().mask();
      Operand<TFloat32> b =
          task.augment(bench.training().view("b"), input).bags().mask();
      List<float[]> seen = new ArrayList<>();
      for (int step = 1; step <= 3; step++) {
        bench.step(step);
        for (float[] view : bench.runAll(List.of(a, b))) {
          for (int n = 0; n <= most; n++) {
            int kept = 0;
            for (int i = 0; i < most; i++) {
              assertTrue(view[n * most + i] <= mask[n * most + i], "padding is never kept");
              kept += (int) view[n * most + i];
            }
            assertEquals(
                n == 0 ? 0 : Math.max(1, (int) Math.floor((float) share * n + 0.5f)),
                kept,
                n + " elements");
          }
          seen.forEach(other -> assertFalse(Arrays.equals(other, view), "views and steps differ"));
          seen.add(view);
        }
      }
    }
  }

  @Test
  void everyElementIsKeptEquallyOften() {
    try (GraphBench bench = new GraphBench(8)) {
      int rows = 4000;
      float[] ones = new float[rows * 4];
      Arrays.fill(ones, 1);
      ModalityInput input = ModalityInput.bags(
          bench.input(new float[rows * 4], rows, 4, 1),
          bench.input(ones, rows, 4),
          bench.input(Arrays.copyOf(ones, rows), rows));
      float[] kept = bench.run(
          only("bagShare", 0.5).augment(bench.training(), input).bags().mask());
      double[] often = new double[4];
      for (int i = 0; i < kept.length; i++) {
        often[i % 4] += kept[i] / rows;
      }
      assertArrayEquals(new double[] {0.5, 0.5, 0.5, 0.5}, often, 0.04);
    }
  }

  /** Features of standard deviation 10, 0.1 and 0 over what is real. */
  @Test
  void noiseGoesWithEachFeaturesSpread() {
    try (GraphBench bench = new GraphBench(8)) {
      int rows = 3000;
      float[] x = random(rows * 2 * 3, 5);
      float[] mask = new float[rows * 2];
      float[] presence = new float[rows];
      for (int i = 0; i < x.length; i++) {
        mask[i / 3] = i / 3 % 2;
        presence[i / 6] = i / 6 % 3 == 0 ? 0 : 1;
        boolean real = mask[i / 3] * presence[i / 6] == 1;
        x[i] = real ? new float[] {10, 0.1f, 0}[i % 3] * x[i] + 7 : 1000;
      }
      ModalityInput input = ModalityInput.bags(
          bench.input(x, rows, 2, 3), bench.input(mask, rows, 2), bench.input(presence, rows));
      float[] y =
          bench.run(only("noise", 0.25).augment(bench.training(), input).bags().values());
      double[] squares = new double[3];
      double real = 0;
      for (int i = 0; i < x.length; i++) {
        if (mask[i / 3] * presence[i / 6] == 0) {
          assertEquals(1000, y[i], 0f, "what is not there stays as it is");
        } else {
          squares[i % 3] += Math.pow(y[i] - x[i], 2);
          real += 1 / 3.0;
        }
      }
      assertEquals(2.5, Math.sqrt(squares[0] / real), 0.15);
      assertEquals(0.025, Math.sqrt(squares[1] / real), 0.0015);
      assertEquals(0, squares[2], 1e-6);
    }
  }

  @Test
  void aFeatureIsDroppedInTheWholeBag() {
    try (GraphBench bench = new GraphBench(8)) {
      int rows = 50;
      float[] ones = new float[rows * 3 * 20];
      Arrays.fill(ones, 1);
      ModalityInput input = ModalityInput.bags(
          bench.input(ones, rows, 3, 20),
          bench.input(Arrays.copyOf(ones, rows * 3), rows, 3),
          bench.input(Arrays.copyOf(ones, rows), rows));
      float[] y = bench.run(
          only("featureDropout", 0.2).augment(bench.training(), input).bags().values());
      double total = 0;
      for (int i = 0; i < y.length; i++) {
        total += y[i];
        assertTrue(y[i] == 0 || Math.abs(y[i] - 1.25) < 1e-6);
        assertEquals(y[i / 60 * 60 + i % 20], y[i], 0f);
      }
      assertEquals(1, total / y.length, 0.06);
    }
  }

  @Test
  void tokensAreDroppedButNeverTheClassToken() {
    try (GraphBench bench = new GraphBench(8)) {
      int rows = 200;
      int[] ids = new int[rows * 10];
      float[] mask = new float[rows * 10];
      float[] presence = new float[rows];
      Arrays.fill(presence, 1);
      for (int i = 0; i < ids.length; i++) {
        mask[i] = i % 10 < 8 ? 1 : 0;
        ids[i] = i % 10 == 0 ? 2 : i % 10 < 8 ? 5 : 0;
      }
      Operand<TInt32> input = bench.input(ids, rows, 10);
      ModalityInput.Texts view = only("tokenDropout", 0.4)
          .augment(
              bench.training(),
              ModalityInput.texts(
                  input, bench.input(mask, rows, 10), bench.input(presence, rows), 9))
          .texts();
      List<float[]> out =
          bench.runAll(List.of(view.mask(), bench.tf().dtypes.cast(view.ids(), TFloat32.class)));
      double kept = 0;
      for (int i = 0; i < ids.length; i++) {
        float there = out.get(0)[i];
        assertTrue(i % 10 == 0 ? there == 1 : there <= mask[i]);
        assertEquals(there * ids[i], out.get(1)[i], 0f);
        kept += i % 10 == 0 ? 0 : there;
      }
      assertEquals(0.6, kept / (rows * 7), 0.05);
      assertEquals(9, view.vocabularySize());
    }
  }
}
