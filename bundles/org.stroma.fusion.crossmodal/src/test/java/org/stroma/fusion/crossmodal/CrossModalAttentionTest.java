/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fusion.crossmodal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.Encoding;
import org.stroma.nn.Net;
import org.stroma.nn.Variable;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class CrossModalAttentionTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.fusion(CrossModalAttention::new, CrossModalAttention.Settings.class)
        .with("heads", 2)
        .tests();
  }

  private static final List<String> NAMES = List.of("clinical", "genomic", "wsi");

  private static Operand<TFloat32> fuse(
      Net net, Map<String, Operand<TFloat32>> vectors, Map<String, Operand<TFloat32>> there) {
    return fuse(net, vectors, there, Comparator.naturalOrder());
  }

  private static Operand<TFloat32> fuse(
      Net net,
      Map<String, Operand<TFloat32>> vectors,
      Map<String, Operand<TFloat32>> there,
      Comparator<String> order) {
    SortedMap<String, Encoding> encodings = new TreeMap<>(order);
    vectors.forEach((name, vector) -> encodings.put(name, Encoding.of(vector)));
    SortedMap<String, Operand<TFloat32>> presence = new TreeMap<>(order);
    presence.putAll(there);
    return new CrossModalAttention(
            Defaults.of(CrossModalAttention.Settings.class, Map.of("heads", 2, "dropout", 0.0)))
        .fuse(net, encodings, presence)
        .embedding();
  }

  /** Nothing to attend to: what comes out follows the vector alone, through norm and projection. */
  @Test
  void aModalityAloneIsFine() {
    try (GraphBench bench = new GraphBench(8)) {
      var vector = bench.input(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 8, 7, 6, 5, 4, 3, 2, 1}, 2, 8);
      var there = bench.input(new float[] {1, 0}, 2);
      var output = fuse(bench.inference(), Map.of("wsi", vector), Map.of("wsi", there));
      bench.initialize(1);
      float[] values = bench.run(output);
      float first = 0;
      float second = 0;
      for (int i = 0; i < 8; i++) {
        first += Math.abs(values[i]);
        second += Math.abs(values[8 + i]);
      }
      assertTrue(first > 0.1f, "the first patient has it");
      assertEquals(
          0, second, 1e-6f, "the second has nothing, and the projection starts without a bias");
    }
  }

  @Test
  void agreesWithTheYardstick() {
    Fixture fixture = Fixture.read(CrossModalAttentionTest.class, "yardstick");
    try (GraphBench bench = new GraphBench(8)) {
      Map<String, Operand<TFloat32>> vectors = new TreeMap<>();
      Map<String, Operand<TFloat32>> there = new TreeMap<>();
      for (String name : NAMES) {
        vectors.put(name, bench.input(fixture.floats("inputs", name), 4, 8));
        there.put(name, bench.input(fixture.floats("inputs", "have_" + name), 4));
      }
      var output = fuse(bench.inference(), vectors, there);
      fixture.assignWeights(bench);
      assertArrayEquals(fixture.floats("outputs", "fused"), bench.run(output), 5e-5f);
    }
  }

  /** Two modalities of three rows; the graph's inputs are in the lists, in the order of the names. */
  private static final float[] A = {1, 2, 0, -1, 0.5f, 1, -2, 0.3f, 0.2f, -0.4f, 1, 1};

  private static final float[] B = {0.1f, 1, 1, 0, -1, 0.6f, 0.2f, 2, 0.9f, 0.8f, -1, 0.5f};
  private static final float[] C = {
    -0.3f, 0.2f, 1.1f, 0.4f, 0.7f, -0.5f, 0.1f, 1, 0.6f, 0.3f, -0.2f, 0.9f
  };

  /** Fault 1: with more than one other modality, and one softmax over them, queries and keys learn. */
  @Test
  void queriesAndKeysLearn() {
    try (GraphBench bench = new GraphBench(4)) {
      Map<String, Operand<TFloat32>> vectors =
          Map.of("a", bench.input(A, 3, 4), "b", bench.input(B, 3, 4), "c", bench.input(C, 3, 4));
      Operand<TFloat32> one = bench.input(new float[] {1, 1, 1}, 3);
      var output = fuse(bench.training(), vectors, Map.of("a", one, "b", one, "c", one));
      bench.initialize(1);
      List<Variable> kernels = bench.variables().trainable().stream()
          .filter(v -> v.name().matches(".*/(query|key)/kernel"))
          .toList();
      assertEquals(12, kernels.size());
      List<Operand<TFloat32>> reads = new ArrayList<>();
      kernels.forEach(v -> reads.add(v.value()));
      var scalar =
          bench.tf().reduceSum(bench.tf().math.square(output), bench.tf().array(0, 1));
      List<float[]> gradients = bench.runAll(bench.gradients(scalar, reads));
      for (int i = 0; i < kernels.size(); i++) {
        double norm = 0;
        for (float g : gradients.get(i)) {
          norm += g * g;
        }
        assertTrue(norm > 1e-8, kernels.get(i).name() + " learns nothing");
      }
      assertTrue(bench.gradientError(output, 1e-2f) < 0.03);
    }
  }

  /** Fault 2: what an absent modality's row holds, and what others lack, does not reach a patient. */
  @Test
  void absentModalitiesLeaveNoTrace() {
    try (GraphBench bench = new GraphBench(4)) {
      Operand<TFloat32> a = bench.input(A, 3, 4);
      Operand<TFloat32> b = bench.input(B, 3, 4);
      Operand<TFloat32> c = bench.input(C, 3, 4);
      Operand<TFloat32> hasA = bench.input(new float[] {1, 1, 1}, 3);
      Operand<TFloat32> hasB = bench.input(new float[] {1, 0, 0}, 3);
      Operand<TFloat32> hasC = bench.input(new float[] {1, 1, 0}, 3);
      var output = fuse(
          bench.inference(),
          Map.of("a", a, "b", b, "c", c),
          Map.of("a", hasA, "b", hasB, "c", hasC));
      bench.initialize(1);
      float[] before = bench.run(output);
      float[] other = B.clone();
      java.util.Arrays.fill(other, 4, 12, 1e6f);
      bench.feed(b, other);
      assertArrayEquals(before, bench.run(output), 1e-6f);
      // the second patient alone
      bench.feed(a, java.util.Arrays.copyOfRange(A, 4, 8), 1, 4);
      bench.feed(b, new float[4], 1, 4);
      bench.feed(c, java.util.Arrays.copyOfRange(C, 4, 8), 1, 4);
      bench.feed(hasA, new float[] {1}, 1);
      bench.feed(hasB, new float[] {0}, 1);
      bench.feed(hasC, new float[] {1}, 1);
      assertArrayEquals(java.util.Arrays.copyOfRange(before, 4, 8), bench.run(output), 1e-5f);
    }
  }

  /** Fault 9: renaming decides nothing but the place of the weights: the same weights give the same in another order. */
  @Test
  void orderOfModalitiesDecidesNothing() {
    try (GraphBench bench = new GraphBench(4)) {
      Map<String, Operand<TFloat32>> vectors =
          Map.of("a", bench.input(A, 3, 4), "b", bench.input(B, 3, 4), "c", bench.input(C, 3, 4));
      Operand<TFloat32> one = bench.input(new float[] {1, 1, 1}, 3);
      Map<String, Operand<TFloat32>> there = Map.of("a", one, "b", one, "c", one);
      var forward = fuse(bench.inference(), vectors, there);
      var backward = fuse(bench.inference(), vectors, there, Comparator.reverseOrder());
      bench.initialize(1);
      // the last layer takes the modalities in their order: turn its rows with them
      float[] expected = bench.run(forward);
      float[] kernel = bench.variables().read(bench.session()).get("fuse/kernel");
      float[] turned = new float[kernel.length];
      for (int block = 0; block < 3; block++) {
        System.arraycopy(kernel, block * 16, turned, (2 - block) * 16, 16);
      }
      bench.variables().assign(bench.session(), Map.of("fuse/kernel", turned));
      assertArrayEquals(expected, bench.run(backward), 1e-5f);
    }
  }
}
