/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.pretext.masked;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.stroma.api.Encoder;
import org.stroma.api.Encoding;
import org.stroma.api.ModalityInput;
import org.stroma.api.Pretext;
import org.stroma.encoder.clinicaltransformer.ClinicalTransformer;
import org.stroma.encoder.genomicmlp.GenomicMlp;
import org.stroma.encoder.wsitransformer.WsiTransformer;
import org.stroma.nn.Net;
import org.stroma.nn.Variable;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

class MaskedReconstructionTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContractOverVectors() {
    return PartContract.pretext(MaskedReconstruction::new, MaskedReconstruction.Settings.class)
        .vectors(6)
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractOverBags() {
    return PartContract.pretext(MaskedReconstruction::new, MaskedReconstruction.Settings.class)
        .bags(5)
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractOverTexts() {
    return PartContract.pretext(MaskedReconstruction::new, MaskedReconstruction.Settings.class)
        .texts(9)
        .tests();
  }

  private static final float[] PRESENCE = {1, 0, 1, 1};
  private static final int[] IDS = {2, 5, 6, 3, 0, 0, 0, 0, 0, 0, 2, 7, 5, 8, 4, 2, 8, 3, 0, 0};

  private static MaskedReconstruction task(Map<String, ?> settings) {
    return new MaskedReconstruction(Defaults.of(MaskedReconstruction.Settings.class, settings));
  }

  private static float[] random(int size, long seed) {
    Random random = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /**
   * Four rows, the second without the modality, and an encoder without dropout. Kinds: bags, texts and vectors; "-vector" for
   * an encoder that returns no tokens; "-blind" for one that looks at nothing and returns noise.
   */
  private static final class Modality {
    final ModalityInput input;
    final float[] values; // of bags and vectors
    final float[] real; // [4, N]
    final int width; // of an element
    final Operand<TFloat32> hidden; // [4, N]
    final Operand<TFloat32> loss;
    final String first;
    ModalityInput given; // what the encoder gets

    Modality(GraphBench bench, String kind, MaskedReconstruction task) {
      Operand<TFloat32> presence = bench.input(PRESENCE.clone(), 4);
      Net own = bench.training().scope("task");
      Encoder encoder;
      if (kind.startsWith("bags")) {
        values = random(4 * 5 * 3, 1);
        width = 3;
        // the absent row's mask says that there is something: only the presence tells that there is
        // not
        float[] mask = {1, 0, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0};
        input = ModalityInput.bags(
            bench.input(values.clone(), 4, 5, 3), bench.input(mask.clone(), 4, 5), presence);
        real = mask;
        encoder = new WsiTransformer(Defaults.of(
            WsiTransformer.Settings.class,
            Map.of("heads", 2, "layers", 1, "grid", 5, "dropout", 0.0)));
        first = "encoder/projection/kernel";
      } else if (kind.startsWith("vectors")) {
        values = random(4 * 6, 2);
        width = 1;
        input = ModalityInput.vectors(bench.input(values.clone(), 4, 6), presence);
        real = new float[24];
        Arrays.fill(real, 1);
        encoder = new GenomicMlp(Defaults.of(
            GenomicMlp.Settings.class, Map.of("hidden1", 7, "hidden2", 0, "dropout", 0.0)));
        first = "encoder/hidden1/kernel";
      } else {
        values = null;
        width = 1;
        float[] mask = {1, 1, 1, 1, 0, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0};
        input = ModalityInput.texts(
            bench.input(IDS.clone(), 4, 5), bench.input(mask.clone(), 4, 5), presence, 9);
        real = mask;
        encoder = new ClinicalTransformer(Defaults.of(
            ClinicalTransformer.Settings.class, Map.of("heads", 2, "layers", 1, "dropout", 0.0)));
        first = "encoder/tokens/embeddings";
      }
      int elements = real.length / 4;
      for (int i = 0; i < real.length; i++) {
        real[i] *= PRESENCE[i / elements];
      }
      Pretext.Trained trained = (view, batch) -> {
        given = batch;
        Encoding encoding = encoder.encode(bench.training().scope("encoder").view(view), batch);
        if (kind.endsWith("blind")) {
          Encoding blind =
              Encoding.of(own.normal("blind1", bench.tf().shape(encoding.embedding())));
          encoding = encoding.tokens().isEmpty() || kind.contains("vector-")
              ? blind
              : blind.withTokens(
                  own.normal("blind2", bench.tf().shape(encoding.tokens().get().values())),
                  encoding.tokens().get().mask());
        }
        return kind.endsWith("vector") ? Encoding.of(encoding.embedding()) : encoding;
      };
      loss = task.loss(
          own,
          new TreeMap<>(Map.of("modality", input)),
          new TreeMap<>(Map.of("modality", trained)));
      hidden = task.hidden(
          own, bench.tf().constant(StdArrays.ndCopyOf(rows(real))), kind.startsWith("texts"));
      bench.initialize(3);
    }

    private static float[][] rows(float[] flat) {
      float[][] rows = new float[4][];
      for (int r = 0; r < 4; r++) {
        rows[r] = Arrays.copyOfRange(flat, r * flat.length / 4, (r + 1) * flat.length / 4);
      }
      return rows;
    }
  }

  // ---------------------------------------------------------------- what is hidden

  private static int expected(double share, int n) {
    return n < 2 ? 0 : Math.min(n - 1, Math.max(1, (int) Math.floor((float) share * n + 0.5f)));
  }

  @ParameterizedTest
  @CsvSource({
    "0.75,false,false",
    "0.75,true,false",
    "0.75,false,true",
    "0.75,true,true",
    "0.15,false,true",
    "0.4,true,false",
    "0.99,true,true",
    "0.001,false,false"
  })
  void exactlyTheShareIsHidden(double share, boolean block, boolean firstStays) {
    int most = 61;
    try (GraphBench bench = new GraphBench(8)) {
      float[] real =
          new float[(most + 1) * most]; // row n has n elements, at every other place where they fit
      for (int n = 0; n <= most; n++) {
        for (int i = 0; i < n; i++) {
          real[n * most + (2 * n <= most ? 2 * i : i)] = 1;
        }
      }
      var hidden = task(Map.of("share", share, "block", block))
          .hidden(bench.training(), bench.input(real, most + 1, most), firstStays);
      float[] last = null;
      for (int step = 1; step <= 5; step++) {
        bench.step(step);
        float[] now = bench.run(hidden);
        for (int n = 0; n <= most; n++) {
          int count = 0;
          int place = 0;
          StringBuilder order = new StringBuilder();
          for (int i = 0; i < most; i++) {
            float h = now[n * most + i];
            assertTrue(h == 0 || h == 1 && real[n * most + i] == 1, "only what is real is hidden");
            count += (int) h;
            if (real[n * most + i] == 1) {
              assertFalse(firstStays && place == 0 && h == 1, "the class token stays");
              order.append(firstStays && place++ == 0 ? "" : h == 1 ? 'h' : 's');
            }
          }
          assertEquals(expected(share, n), count, n + " elements: " + order);
          if (block && count > 0) {
            String around = order.toString() + order;
            assertTrue(around.contains("h".repeat(count)), order.toString());
          }
        }
        // of a text of which the class token alone stays, there is nothing to choose
        assertTrue(share > 0.9 || !Arrays.equals(last, now), "each step hides something else");
        last = now;
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyElementIsHiddenEquallyOften(boolean block) {
    try (GraphBench bench = new GraphBench(8)) {
      int rows = 4000;
      float[] real = new float[rows * 8];
      Arrays.fill(real, 1);
      float[] hidden = bench.run(
          task(Map.of("block", block)).hidden(bench.training(), bench.input(real, rows, 8), false));
      double[] often = new double[8];
      for (int i = 0; i < hidden.length; i++) {
        often[i % 8] += hidden[i] / rows;
      }
      for (double share : often) {
        assertEquals(0.75, share, 0.04);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bags", "vectors", "texts"})
  void theEncoderSeesTheRestAlone(String kind) {
    try (GraphBench bench = new GraphBench(8)) {
      Modality modality = new Modality(bench, kind, task(Map.of("maskId", 1)));
      float[] hidden = bench.run(modality.hidden);
      if (kind.equals("texts")) {
        float[] seen =
            bench.run(bench.tf().dtypes.cast(modality.given.texts().ids(), TFloat32.class));
        for (int i = 0; i < IDS.length; i++) {
          assertEquals(hidden[i] == 1 ? 1 : IDS[i], seen[i], 0f);
        }
        return;
      }
      float[] token = kind.equals("bags")
          ? bench.variables().read(bench.session()).get("task/maskToken")
          : new float[1];
      float[] seen = bench.run(values(modality.given));
      for (int i = 0; i < seen.length; i++) {
        float expected =
            hidden[i / modality.width] == 1 ? token[i % modality.width] : modality.values[i];
        assertEquals(expected, seen[i], 0f);
      }
    }
  }

  // ---------------------------------------------------------------- the loss

  /**
   * A decoder of bias alone tells the same of everything, so that the loss can be worked out from the hidden values, feature
   * by feature, without any layer.
   */
  @ParameterizedTest
  @ValueSource(strings = {"bags", "bags-vector", "vectors"})
  void errorOfNumbersAgreesWithAHandWorkedOne(String kind) {
    try (GraphBench bench = new GraphBench(8)) {
      Modality modality = new Modality(bench, kind, task(Map.of("share", 0.5)));
      int features = kind.equals("vectors") ? 6 : 3;
      float[] bias = {0.5f, -1, 0, 2, 0.1f, 1};
      bench
          .variables()
          .assign(
              bench.session(),
              Map.of(
                  "task/decoder/output/kernel",
                  new float[8 * features],
                  "task/decoder/output/bias",
                  Arrays.copyOf(bias, features)));
      float[] hidden = bench.run(modality.hidden);
      double total = 0;
      int count = 0;
      for (int f = 0; f < features; f++) {
        double[] targets =
            switch (kind) {
              case "bags" -> elements(modality, hidden, f, false);
              case "bags-vector" -> elements(modality, hidden, f, true);
              default -> features(modality, hidden, f);
            };
        double mean = Arrays.stream(targets).average().orElse(0);
        double variance =
            Arrays.stream(targets).map(t -> (t - mean) * (t - mean)).average().orElse(0);
        if (targets.length > 1) {
          for (double target : targets) {
            total += Math.pow(bias[f] - (target - mean) / Math.sqrt(variance), 2);
            count++;
          }
        }
      }
      assertTrue(count > 2);
      assertEquals(total / count, bench.run(modality.loss)[0], 1e-4);
    }
  }

  private static double[] elements(Modality modality, float[] hidden, int feature, boolean means) {
    double[] sums = new double[4];
    int[] counts = new int[4];
    DoubleStream.Builder each = DoubleStream.builder();
    for (int i = 0; i < hidden.length; i++) {
      if (hidden[i] == 1) {
        double value = modality.values[i * 3 + feature];
        each.add(value);
        sums[i / 5] += value;
        counts[i / 5]++;
      }
    }
    return means
        ? IntStream.range(0, 4)
            .filter(r -> counts[r] > 0)
            .mapToDouble(r -> sums[r] / counts[r])
            .toArray()
        : each.build().toArray();
  }

  private static double[] features(Modality modality, float[] hidden, int feature) {
    return IntStream.range(0, 4)
        .filter(r -> hidden[r * 6 + feature] == 1)
        .mapToDouble(r -> modality.values[r * 6 + feature])
        .toArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"texts", "texts-vector"})
  void crossEntropyOfIdsAgreesWithAHandWorkedOne(String kind) {
    try (GraphBench bench = new GraphBench(8)) {
      Modality modality = new Modality(bench, kind, task(Map.of()));
      float[] bias = random(9, 4);
      bench
          .variables()
          .assign(
              bench.session(),
              Map.of(
                  "task/decoder/output/kernel",
                  new float[8 * 9],
                  "task/decoder/output/bias",
                  bias));
      double sum = 0;
      for (float b : bias) {
        sum += Math.exp(b);
      }
      double total = 0;
      float[] hidden = bench.run(modality.hidden);
      int count = 0;
      for (int i = 0; i < IDS.length; i++) {
        total += hidden[i] * (Math.log(sum) - bias[IDS[i]]);
        count += (int) hidden[i];
      }
      assertEquals(3 + 4 + 2, count); // of 4, 5 and 3 tokens
      assertEquals(total / count, bench.run(modality.loss)[0], 1e-5);
    }
  }

  /** The encoder is blind here, so that values can reach the loss as targets alone. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bags-blind",
        "bags-vector-blind",
        "vectors-blind",
        "texts-blind",
        "texts-vector-blind"
      })
  void onlyWhatIsHiddenIsATarget(String kind) {
    try (GraphBench bench = new GraphBench(8)) {
      Modality modality = new Modality(bench, kind, task(Map.of("share", 0.5)));
      bench.variables().trainable().forEach(v -> bench
          .variables()
          .assign(bench.session(), Map.of(v.name(), random((int) v.shape().size(), 6))));
      float[] hidden = bench.run(modality.hidden);
      float before = bench.run(modality.loss)[0];
      feed(bench, modality, i -> hidden[i] == 0);
      assertEquals(before, bench.run(modality.loss)[0], 1e-5f, "what the encoder saw");
      feed(bench, modality, i -> hidden[i] == 1);
      assertNotEquals(before, bench.run(modality.loss)[0], 1e-3f, "what was hidden");
    }
  }

  /** The numbers of bags or of vectors. */
  private static Operand<TFloat32> values(ModalityInput input) {
    return input instanceof ModalityInput.Bags bags
        ? bags.values()
        : input.vectors().values();
  }

  /** Changes the elements that are meant. */
  private static void feed(GraphBench bench, Modality modality, IntPredicate meant) {
    if (modality.values == null) {
      int[] ids = IDS.clone();
      for (int i = 0; i < ids.length; i++) {
        ids[i] = meant.test(i) ? (ids[i] + 1 + i % 3) % 9 : ids[i];
      }
      bench.feed(modality.input.texts().ids(), ids);
      return;
    }
    float[] values = modality.values.clone();
    for (int i = 0; i < values.length; i++) {
      values[i] = meant.test(i / modality.width) ? values[i] * (i % 5) - i : values[i];
    }
    bench.feed(values(modality.input), values);
  }

  /** Standardised targets have variance 1: who tells the mean pays 1, whatever the features' scales. */
  @Test
  void whoKnowsNothingPaysOneAndConstantFeaturesTakeNoPart() {
    try (GraphBench bench = new GraphBench(8)) {
      float[] values = random(200 * 3, 3);
      for (int i = 0; i < values.length; i++) {
        values[i] =
            new float[] {1e-3f, 1e4f, 0}[i % 3] * values[i] + new float[] {0, 0, 1234.5f}[i % 3];
      }
      float[] told = new float[600];
      for (int i = 2; i < 600; i += 3) {
        told[i] = 99; // of the constant feature
      }
      float[] ones = new float[200];
      Arrays.fill(ones, 1);
      var error = MaskedReconstruction.standardisedError(
          bench.inference(),
          bench.input(told, 200, 3),
          bench.input(values, 200, 3),
          bench.input(ones, 200, 1));
      assertEquals(1, bench.run(error)[0], 1e-4);
    }
  }

  // ---------------------------------------------------------------- the task around an encoder

  /** Fault 8: an encoder that returns one vector and no tokens learns too. */
  @ParameterizedTest
  @ValueSource(strings = {"bags", "bags-vector", "vectors", "texts", "texts-vector"})
  void gradientsReachTheEncodersFirstLayer(String kind) {
    for (boolean block : new boolean[] {false, true}) {
      try (GraphBench bench = new GraphBench(8)) {
        Modality modality = new Modality(bench, kind, task(Map.of("block", block)));
        assertTrue(bench.run(modality.loss)[0] > 0.1);
        List<Variable> all = bench.variables().trainable();
        List<float[]> gradients = bench.runAll(
            bench.gradients(modality.loss, all.stream().map(Variable::value).toList()));
        for (int i = 0; i < all.size(); i++) {
          double size = 0;
          for (float g : gradients.get(i)) {
            assertTrue(Float.isFinite(g), all.get(i).name());
            size += Math.abs(g);
          }
          String name = all.get(i).name();
          if (name.equals(modality.first)
              || name.equals("task/maskToken")
              || name.startsWith("task/decoder/hidden")) {
            assertTrue(size > 1e-4, name + " has gradient " + size);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bags", "bags-vector", "vectors", "texts", "texts-vector"})
  void gradientsAgreeWithCentralDifferences(String kind) {
    try (GraphBench bench = new GraphBench(8)) {
      Modality modality = new Modality(bench, kind, task(Map.of("share", 0.5)));
      // a layer norm of tiny start values bends too much for differences
      bench.variables().trainable().stream()
          .filter(v -> v.name().endsWith("embeddings") || v.name().endsWith("maskToken"))
          .forEach(v -> bench
              .variables()
              .assign(bench.session(), Map.of(v.name(), random((int) v.shape().size(), 8))));
      assertTrue(bench.gradientError(modality.loss, 1e-2f) < 0.05);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bags", "bags-vector", "vectors", "texts", "texts-vector"})
  void whatAbsentRowsAndPaddingHoldChangesNothing(String kind) {
    try (GraphBench bench = new GraphBench(8)) {
      Modality modality = new Modality(bench, kind, task(Map.of("share", 0.5)));
      float before = bench.run(modality.loss)[0];
      feed(bench, modality, i -> modality.real[i] == 0);
      assertEquals(before, bench.run(modality.loss)[0], 1e-5f);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bags", "bags-vector", "vectors", "texts", "texts-vector"})
  void theLossIsZeroForWhatCannotBeLearnedFrom(String kind) {
    try (GraphBench bench = new GraphBench(8)) {
      Modality modality = new Modality(bench, kind, task(Map.of()));
      List<Operand<TFloat32>> reads =
          bench.variables().trainable().stream().map(Variable::value).toList();
      List<Operand<TFloat32>> gradients = bench.gradients(modality.loss, reads);
      bench.feed(modality.input.presence(), new float[4]);
      assertEquals(0, bench.run(modality.loss)[0], 0f);
      for (float[] gradient : bench.runAll(gradients)) {
        for (float g : gradient) {
          assertEquals(0, g, 0f);
        }
      }
      bench.feed(modality.input.presence(), new float[] {0, 0, 1, 0});
      float single = bench.run(modality.loss)[0];
      assertTrue(
          kind.equals("bags-vector") || kind.equals("vectors") ? single == 0 : single > 0,
          "one row: " + single);
      if (!(modality.input
          instanceof ModalityInput.Vectors)) { // present, but of one element or none
        bench.feed(modality.input.presence(), new float[] {1, 1, 1, 1});
        bench.feed(
            modality.input instanceof ModalityInput.Texts texts
                ? texts.mask()
                : modality.input.bags().mask(),
            new float[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0});
        assertEquals(0, bench.run(modality.loss)[0], 0f);
      }
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

  @Test
  void anIdThatTheVocabularyDoesNotHaveIsRefusedInASentence() {
    try (GraphBench bench = new GraphBench(8)) {
      Operand<TInt32> ids = bench.input(new int[] {2, 3}, 1, 2);
      ModalityInput texts = ModalityInput.texts(
          ids, bench.input(new float[] {1, 1}, 1, 2), bench.input(new float[] {1}, 1), 9);
      var e = assertThrows(IllegalArgumentException.class, () -> task(Map.of("maskId", 103))
          .loss(bench.training(), new TreeMap<>(Map.of("text", texts)), new TreeMap<>()));
      assertEquals("maskId is 103; the vocabulary has the ids 0 to 8", e.getMessage());
    }
  }
}
