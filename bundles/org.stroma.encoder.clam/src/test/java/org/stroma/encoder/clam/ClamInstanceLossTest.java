/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.encoder.clam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.Encoding;
import org.stroma.api.EncodingKey;
import org.stroma.api.LossInput;
import org.stroma.api.ModalityInput;
import org.stroma.api.TargetInfo;
import org.stroma.api.TargetInput;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.LossContract;
import org.stroma.testkit.PartContract;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

class ClamInstanceLossTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    LossContract contract =
        PartContract.loss(ClamInstanceLoss::new, ClamInstanceLoss.Settings.class);
    for (String check :
        List.of("scalar", "finite", "unknown", "order", "gradients", "determinism")) {
      contract.without(
          check,
          "it is a loss of the encoder's patches, not of the head's output; see the tests beside");
    }
    return contract.tests();
  }

  private static ClamInstanceLoss loss(Map<String, ?> settings) {
    return new ClamInstanceLoss(Defaults.of(ClamInstanceLoss.Settings.class, settings));
  }

  private static LossInput input(
      Map<String, Encoding> encodings,
      Operand<TFloat32> presence,
      Operand<TInt32> label,
      Operand<TFloat32> known,
      int classes) {
    TreeMap<String, Operand<TFloat32>> there = new TreeMap<>();
    encodings.keySet().forEach(m -> there.put(m, presence));
    return LossInput.of(known, TargetInput.classes(label, known), TargetInfo.classes(classes))
        .withEncodings(new TreeMap<>(encodings), there);
  }

  /** Logits, attention and mask given by value. */
  private static Encoding given(
      GraphBench bench,
      Operand<TFloat32> logits,
      Operand<TFloat32> attention,
      Operand<TFloat32> mask,
      int classes) {
    var tf = bench.tf();
    int last = classes;
    return Encoding.of(mask)
        .withTokens(mask, mask)
        .with(
            EncodingKey.INSTANCE_LOGITS,
            tf.reshape(
                logits,
                tf.concat(
                    List.<Operand<TInt32>>of(
                        tf.slice(tf.shape(logits), tf.array(0), tf.array(2)), tf.array(last, 2)),
                    tf.constant(0))))
        .with(EncodingKey.CLASS_ATTENTION, attention);
  }

  @Test
  void agreesWithPyTorchBagByBag() {
    for (String branches : new String[] {"single", "multi"}) {
      Fixture fixture = Fixture.read(ClamInstanceLossTest.class, branches);
      for (boolean subtyping : new boolean[] {false, true}) {
        try (GraphBench bench = new GraphBench(8)) {
          Operand<TFloat32> x = bench.input(fixture.floats("inputs", "x"), 3, 7, 5);
          Operand<TFloat32> mask = bench.input(fixture.floats("inputs", "mask"), 3, 7);
          Operand<TFloat32> presence = bench.input(new float[] {1, 1, 1}, 3);
          Operand<TInt32> label = bench.input(fixture.integers("inputs", "label"), 3);
          Operand<TFloat32> known = bench.input(new float[] {1, 1, 1}, 3);
          Encoding encoding = new Clam(Defaults.of(
                  Clam.Settings.class,
                  Map.of("units", 6, "branches", branches, "classes", 3, "dropout", 0.0)))
              .encode(bench.training(), ModalityInput.bags(x, mask, presence));
          Operand<TFloat32> loss = loss(Map.of("k", 2, "subtyping", subtyping))
              .loss(bench.training(), input(Map.of("wsi", encoding), presence, label, known, 3));
          fixture.assignWeights(bench);
          float[] each = fixture.floats("outputs", subtyping ? "subtyping_loss" : "loss");
          assertEquals((each[0] + each[1] + each[2]) / 3, bench.run(loss)[0], 1e-5f);
          var learning = // choosing by rank has no gradient
              bench.variables().trainable().stream()
                  .filter(v -> v.name().matches("(projection|instance)/.*"))
                  .toList();
          assertEquals(0, bench.gradientError(loss, 2e-3f, learning), 0.03);
          bench.feed(known, new float[] {1, 0, 1});
          assertEquals(
              (each[0] + each[2]) / 2, bench.run(loss)[0], 1e-5f, "an unknown class takes no part");
          bench.feed(presence, new float[] {0, 1, 1});
          assertEquals(each[2], bench.run(loss)[0], 1e-5f, "a hidden modality takes no part");
          bench.feed(presence, new float[3]);
          assertEquals(0, bench.run(loss)[0], 0f);
          float[] x2 = fixture.floats("inputs", "x");
          Arrays.fill(x2, 35 + 3 * 5, 70, 50); // the padding of the second bag
          bench.feed(x, x2);
          bench.feed(presence, new float[] {1, 1, 1});
          bench.feed(known, new float[] {0, 1, 0});
          assertEquals(each[1], bench.run(loss)[0], 1e-5f, "padding is never chosen");
        }
      }
    }
  }

  /** Two visits of one patient share the patient's class; worked by hand. */
  @Test
  void everyVisitHasItsPatientsClass() {
    try (GraphBench bench = new GraphBench(8)) {
      float[] logits = new float[4 * 2 * 2 * 2];
      for (int visit = 0; visit < 4; visit++) {
        logits[visit * 8 + 2 + 1] = visit + 1; // patch 0, class 1, logit of "1"
      }
      float[] attention = new float[4 * 2 * 2];
      for (int visit = 0; visit < 4; visit++) {
        Arrays.fill(attention, visit * 4, visit * 4 + 2, 0.75f); // patch 0 has more
        Arrays.fill(attention, visit * 4 + 2, visit * 4 + 4, 0.25f);
      }
      float[] ones = {1, 1, 1, 1};
      Encoding encoding = given(
          bench,
          bench.input(logits, 4, 2, 2, 2),
          bench.input(attention, 4, 2, 2),
          bench.input(new float[] {1, 1, 1, 1, 1, 1, 1, 1}, 4, 2),
          2);
      Operand<TFloat32> known = bench.input(new float[] {1, 1}, 2);
      Operand<TFloat32> loss = loss(Map.of())
          .loss(
              bench.training(),
              input(
                  Map.of("wsi", encoding),
                  bench.input(ones, 4),
                  bench.input(new int[] {1, 0}, 2),
                  known,
                  2));
      // patient 0 has class 1: softplus(-1), softplus(-2) for patch 0 and log 2 for patch 1;
      // patient 1 has class 0: log 2
      double log2 = Math.log(2);
      double first =
          ((Math.log1p(Math.exp(-1)) + log2) / 2 + (Math.log1p(Math.exp(-2)) + log2) / 2 + 2 * log2)
              / 4;
      assertEquals(first, bench.run(loss)[0], 1e-6);
    }
  }

  @Test
  void bagsOfFewerThanTwoPatchesGiveNothing() {
    try (GraphBench bench = new GraphBench(8)) {
      Operand<TFloat32> logits = bench.input(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 1, 2, 2);
      Encoding encoding = given(
          bench,
          logits,
          bench.input(new float[] {1, 1, 0, 0}, 2, 1, 2),
          bench.input(new float[] {1, 0}, 2, 1),
          2);
      Operand<TFloat32> ones = bench.input(new float[] {1, 1}, 2);
      Operand<TFloat32> loss = loss(Map.of("subtyping", true))
          .loss(
              bench.training(),
              input(Map.of("wsi", encoding), ones, bench.input(new int[] {0, 1}, 2), ones, 2));
      assertEquals(0, bench.run(loss)[0], 0f);
      assertArrayEquals(
          new float[8], bench.run(bench.gradients(loss, List.of(logits)).get(0)), 0f);
    }
  }

  @Test
  void refusesInSentences() {
    try (GraphBench bench = new GraphBench(8)) {
      Operand<TFloat32> one = bench.input(new float[] {1}, 1);
      Operand<TInt32> label = bench.input(new int[] {0}, 1);
      Encoding clam = given(
          bench,
          bench.input(new float[4], 1, 1, 2, 2),
          bench.input(new float[2], 1, 1, 2),
          bench.input(new float[] {1}, 1, 1),
          2);
      Encoding other = Encoding.of(one);
      refuses("there is none", bench, Map.of(), input(Map.of("rna", other), one, label, one, 2));
      refuses(
          "needs a \"modality\": there are a, b",
          bench,
          Map.of(),
          input(Map.of("a", clam, "b", clam), one, label, one, 2));
      refuses(
          "whose encoder is not clam",
          bench,
          Map.of("modality", "rna"),
          input(Map.of("rna", other, "wsi", clam), one, label, one, 2));
      refuses("\"classes\": 3", bench, Map.of(), input(Map.of("wsi", clam), one, label, one, 3));
    }
  }

  private static void refuses(
      String words, GraphBench bench, Map<String, ?> settings, LossInput input) {
    var e = assertThrows(
        IllegalArgumentException.class, () -> loss(settings).loss(bench.training(), input));
    assertTrue(e.getMessage().contains(words), e.getMessage());
  }
}
