/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fusion.crossmodal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.Encoding;
import org.stroma.api.Fused;
import org.stroma.nn.Net;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The level "tokens". */
class TokenAttentionTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.fusion(CrossModalAttention::new, CrossModalAttention.Settings.class)
        .with("heads", 2)
        .with("level", "tokens")
        .tests();
  }

  private static final int D = 8;
  private static final List<String> NAMES = List.of("clinical", "genomic", "wsi");

  private static Fused fuse(
      Net net,
      String level,
      Map<String, Encoding> encodings,
      Map<String, Operand<TFloat32>> there,
      Comparator<String> order) {
    SortedMap<String, Encoding> sorted = new TreeMap<>(order);
    sorted.putAll(encodings);
    SortedMap<String, Operand<TFloat32>> presence = new TreeMap<>(order);
    presence.putAll(there);
    var settings = Map.of("heads", 2, "dropout", 0.0, "level", level);
    return new CrossModalAttention(Defaults.of(CrossModalAttention.Settings.class, settings))
        .fuse(net, sorted, presence);
  }

  private static Fused fuse(
      Net net, Map<String, Encoding> encodings, Map<String, Operand<TFloat32>> there) {
    return fuse(net, "tokens", encodings, there, Comparator.naturalOrder());
  }

  private static float[] numbers(int seed, int count) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Slides of 3 patches, reports of 2 words and a vector of genes, of three patients who have all, two and one. */
  private static final class Patients implements AutoCloseable {
    final GraphBench bench = new GraphBench(D);
    final Map<String, Operand<TFloat32>> vectors = new TreeMap<>();
    final Map<String, Operand<TFloat32>> tokens = new TreeMap<>();
    final Map<String, Operand<TFloat32>> masks = new TreeMap<>();
    final Map<String, Operand<TFloat32>> there = new TreeMap<>();
    final Map<String, Encoding> encodings = new TreeMap<>();

    Patients() {
      for (String name : NAMES) {
        vectors.put(name, bench.input(numbers(name.length(), 3 * D), 3, D));
      }
      tokens.put("clinical", bench.input(numbers(1, 3 * 2 * D), 3, 2, D));
      tokens.put("wsi", bench.input(numbers(2, 3 * 3 * D), 3, 3, D));
      masks.put("clinical", bench.input(new float[] {1, 1, 1, 1, 1, 1}, 6));
      masks.put("wsi", bench.input(new float[] {1, 0, 1, 1, 1, 0, 1, 1, 1}, 9));
      there.put("clinical", bench.input(new float[] {1, 0, 0}, 3));
      there.put("genomic", bench.input(new float[] {1, 1, 0}, 3));
      there.put("wsi", bench.input(new float[] {1, 1, 1}, 3));
      for (String name : NAMES) {
        Encoding encoding = Encoding.of(vectors.get(name));
        encodings.put(
            name,
            masks.containsKey(name) ? encoding.withTokens(tokens.get(name), mask(name)) : encoding);
      }
    }

    /** Inputs of a bench know their last dimension, which is a number of tokens here. */
    private Operand<TFloat32> mask(String name) {
      var tf = bench.tf();
      return tf.reshape(
          masks.get(name), tf.slice(tf.shape(tokens.get(name)), tf.array(0), tf.array(2)));
    }

    @Override
    public void close() {
      bench.close();
    }
  }

  /** Modalities with tokens of their own width, with padding, without tokens; patients who have all, two, one and none. */
  @Test
  void agreesWithPyTorchPatientByPatient() {
    Fixture fixture = Fixture.read(TokenAttentionTest.class, "tokens");
    try (GraphBench bench = new GraphBench(D)) {
      Map<String, Encoding> encodings = new TreeMap<>();
      Map<String, Operand<TFloat32>> there = new TreeMap<>();
      for (String name : NAMES) {
        var vector = bench.input(fixture.floats("inputs", name), 4, D);
        there.put(name, bench.input(fixture.floats("inputs", "have_" + name), 4));
        if (name.equals("genomic")) {
          encodings.put(name, Encoding.of(vector));
        } else {
          long[] shape = fixture.shape("inputs", "tokens_" + name);
          var tokens = bench.input(fixture.floats("inputs", "tokens_" + name), shape);
          var mask = bench.input(fixture.floats("inputs", "mask_" + name), shape[0], shape[1]);
          encodings.put(name, Encoding.of(vector).withTokens(tokens, mask));
        }
      }
      Fused fused = fuse(bench.inference(), encodings, there);
      fixture.assignWeights(bench);
      assertArrayEquals(fixture.floats("outputs", "fused"), bench.run(fused.embedding()), 5e-5f);
      assertEquals(
          new TreeSet<>(List.of(
              "clinical->genomic",
              "clinical->wsi",
              "genomic->clinical",
              "genomic->wsi",
              "wsi->clinical",
              "wsi->genomic")),
          new TreeSet<>(fused.attention().keySet()));
      for (String name : fused.attention().keySet()) {
        assertArrayEquals(
            fixture.floats("outputs", name), bench.run(fused.attention().get(name)), 1e-5f, name);
      }
    }
  }

  /** Where no encoder gives tokens there is nothing but vectors: both levels are one. */
  @Test
  void withoutTokensItIsTheLevelOfVectors() {
    try (Patients p = new Patients()) {
      Map<String, Encoding> vectors = new TreeMap<>();
      p.vectors.forEach((name, vector) -> vectors.put(name, Encoding.of(vector)));
      var byTokens = fuse(p.bench.inference(), vectors, p.there).embedding();
      var byVectors = fuse(
              p.bench.inference(), "vectors", p.encodings, p.there, Comparator.naturalOrder())
          .embedding();
      p.bench.initialize(1);
      assertArrayEquals(p.bench.run(byVectors), p.bench.run(byTokens), 1e-6f);
    }
  }

  /** Fault 2: neither padding nor what absent modalities hold reaches anybody, and batch-mates and their lengths do not. */
  @Test
  void paddingAbsenceAndBatchMatesLeaveNoTrace() {
    try (Patients p = new Patients()) {
      Fused fused = fuse(p.bench.inference(), p.encodings, p.there);
      p.bench.initialize(1);
      List<Operand<TFloat32>> all = new ArrayList<>(List.of(fused.embedding()));
      all.addAll(fused.attention().values());
      List<float[]> before = p.bench.runAll(all);
      float[] patches = numbers(2, 3 * 3 * D);
      Arrays.fill(patches, D, 2 * D, 3e38f); // the first patient's second patch
      Arrays.fill(patches, 5 * D, 6 * D, -3e38f); // the second patient's third
      float[] words = numbers(1, 3 * 2 * D);
      Arrays.fill(words, 2 * D, words.length, 3e38f); // of patients without a report
      float[] genes = numbers("genomic".length(), 3 * D);
      Arrays.fill(genes, 2 * D, 3 * D, 1e30f);
      p.bench.feed(p.tokens.get("wsi"), patches);
      p.bench.feed(p.tokens.get("clinical"), words);
      p.bench.feed(p.vectors.get("genomic"), genes);
      List<float[]> after = p.bench.runAll(all);
      for (int i = 0; i < all.size(); i++) {
        assertArrayEquals(before.get(i), after.get(i), 0f);
      }
      // the second patient alone, with nothing after the last patch
      p.bench.feed(p.vectors.get("clinical"), new float[D], 1, D);
      p.bench.feed(p.vectors.get("genomic"), Arrays.copyOfRange(genes, D, 2 * D), 1, D);
      p.bench.feed(
          p.vectors.get("wsi"), Arrays.copyOfRange(numbers("wsi".length(), 3 * D), D, 2 * D), 1, D);
      p.bench.feed(p.tokens.get("clinical"), new float[2 * D], 1, 2, D);
      p.bench.feed(p.tokens.get("wsi"), Arrays.copyOfRange(patches, 3 * D, 5 * D), 1, 2, D);
      p.bench.feed(p.masks.get("clinical"), new float[2], 2);
      p.bench.feed(p.masks.get("wsi"), new float[] {1, 1}, 2);
      p.bench.feed(p.there.get("clinical"), new float[] {0}, 1);
      p.bench.feed(p.there.get("genomic"), new float[] {1}, 1);
      p.bench.feed(p.there.get("wsi"), new float[] {1}, 1);
      assertArrayEquals(
          Arrays.copyOfRange(before.get(0), D, 2 * D), p.bench.run(fused.embedding()), 1e-5f);
    }
  }

  /** One softmax over all tokens of all others: the maps of a query sum to 1 together, and are zero without a query. */
  @Test
  void mapsOfAQuerySumToOne() {
    try (Patients p = new Patients()) {
      Fused fused = fuse(p.bench.inference(), p.encodings, p.there);
      p.bench.initialize(1);
      for (String query : NAMES) {
        float[] sums = new float[3];
        for (String name : fused.attention().keySet()) {
          if (name.startsWith(query + "->")) {
            float[] map = p.bench.run(fused.attention().get(name));
            for (int i = 0; i < map.length; i++) {
              sums[i / (map.length / 3)] += map[i];
            }
          }
        }
        float[] there = query.equals("clinical") ? new float[] {1, 0, 0} : new float[] {1, 1, 0};
        assertArrayEquals(there, sums, 1e-6f, query); // the third patient has a slide alone
      }
    }
  }

  /** Fault 9: in another order the same weights give the same, once the last layer's rows are turned with it. */
  @Test
  void orderOfModalitiesDecidesNothing() {
    try (Patients p = new Patients()) {
      Fused forward = fuse(p.bench.inference(), p.encodings, p.there);
      Fused backward =
          fuse(p.bench.inference(), "tokens", p.encodings, p.there, Comparator.reverseOrder());
      p.bench.initialize(1);
      float[] expected = p.bench.run(forward.embedding());
      for (String name : forward.attention().keySet()) {
        assertArrayEquals(
            p.bench.run(forward.attention().get(name)),
            p.bench.run(backward.attention().get(name)),
            1e-6f,
            name);
      }
      float[] kernel = p.bench.variables().read(p.bench.session()).get("fuse/kernel");
      float[] turned = new float[kernel.length];
      for (int block = 0; block < 3; block++) {
        System.arraycopy(kernel, block * D * D, turned, (2 - block) * D * D, D * D);
      }
      p.bench.variables().assign(p.bench.session(), Map.of("fuse/kernel", turned));
      assertArrayEquals(expected, p.bench.run(backward.embedding()), 1e-5f);
    }
  }

  @Test
  void aModalityAloneIsFine() {
    try (Patients p = new Patients()) {
      Fused fused = fuse(
          p.bench.inference(),
          Map.of("wsi", p.encodings.get("wsi")),
          Map.of("wsi", p.there.get("wsi")));
      p.bench.initialize(1);
      float[] before = p.bench.run(fused.embedding());
      assertTrue(Math.abs(before[0]) > 1e-3f);
      assertTrue(fused.attention().isEmpty());
      p.bench.feed(p.tokens.get("wsi"), numbers(9, 3 * 3 * D));
      assertArrayEquals(
          before, p.bench.run(fused.embedding()), 0f, "a modality does not attend to itself");
    }
  }

  @Test
  void gradientsAgreeWithCentralDifferences() {
    try (Patients p = new Patients()) {
      var output = fuse(p.bench.training(), p.encodings, p.there).embedding();
      p.bench.initialize(1);
      assertTrue(p.bench.gradientError(output, 1e-2f) < 0.03);
    }
  }
}
