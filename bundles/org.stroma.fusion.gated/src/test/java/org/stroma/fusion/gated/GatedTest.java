/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fusion.gated;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.stroma.api.Encoding;
import org.stroma.api.Fused;
import org.stroma.nn.Net;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class GatedTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.fusion(GatedFusion::new, GatedFusion.Settings.class).tests();
  }

  private static final float[] A = {1, 2, 0, -1, 0.5f, 1, -2, 0.3f, 0.2f, -0.4f, 1, 1};
  private static final float[] B = {0.1f, 1, 1, 0, -1, 0.6f, 0.2f, 2, 0.9f, 0.8f, -1, 0.5f};

  private static Fused fuse(
      Net net,
      String gates,
      Map<String, Operand<TFloat32>> vectors,
      Map<String, Operand<TFloat32>> there,
      Comparator<String> order) {
    SortedMap<String, Encoding> encodings = new TreeMap<>(order);
    vectors.forEach((name, vector) -> encodings.put(name, Encoding.of(vector)));
    SortedMap<String, Operand<TFloat32>> presence = new TreeMap<>(order);
    presence.putAll(there);
    return new GatedFusion(Defaults.of(GatedFusion.Settings.class, Map.of("gates", gates)))
        .fuse(net, encodings, presence);
  }

  private static Fused fuse(
      Net net,
      String gates,
      Map<String, Operand<TFloat32>> vectors,
      Map<String, Operand<TFloat32>> there) {
    return fuse(net, gates, vectors, there, Comparator.naturalOrder());
  }

  /** Three modalities of patients who have all, two, one and none; and the paper's own formula for two. */
  @ParameterizedTest
  @ValueSource(strings = {"softmax", "sigmoid", "bimodal"})
  void agreesWithPyTorchPatientByPatient(String kind) {
    Fixture fixture = Fixture.read(GatedTest.class, kind);
    List<String> names =
        List.of("clinical", "genomic", "wsi").subList(0, kind.equals("bimodal") ? 2 : 3);
    try (GraphBench bench = new GraphBench(4)) {
      Map<String, Operand<TFloat32>> vectors = new TreeMap<>();
      Map<String, Operand<TFloat32>> there = new TreeMap<>();
      for (String name : names) {
        vectors.put(name, bench.input(fixture.floats("inputs", name), 4, 4));
        there.put(name, bench.input(fixture.floats("inputs", "have_" + name), 4));
      }
      Fused fused =
          fuse(bench.inference(), kind.equals("sigmoid") ? "sigmoid" : "softmax", vectors, there);
      fixture.assignWeights(bench);
      assertArrayEquals(fixture.floats("outputs", "fused"), bench.run(fused.embedding()), 1e-5f);
      assertEquals(names, List.copyOf(fused.attention().keySet()));
      for (String name : names) {
        assertArrayEquals(
            fixture.floats("outputs", "gate_" + name),
            bench.run(fused.attention().get(name)),
            1e-5f);
      }
      assertEquals(
          names.size() * (20 + names.size() * 16 + 4), bench.variables().parameterCount(""));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"softmax", "sigmoid"})
  void absentModalitiesAndBatchMatesLeaveNoTrace(String gates) {
    try (GraphBench bench = new GraphBench(4)) {
      Operand<TFloat32> a = bench.input(A, 3, 4);
      Operand<TFloat32> b = bench.input(B, 3, 4);
      Operand<TFloat32> hasA = bench.input(new float[] {1, 1, 0}, 3);
      Operand<TFloat32> hasB = bench.input(new float[] {1, 0, 0}, 3);
      var fused = fuse(
              bench.inference(), gates, Map.of("a", a, "b", b), Map.of("a", hasA, "b", hasB))
          .embedding();
      bench.initialize(1);
      // hidden layers with a bias, so that an absent modality is something before its gate
      float[] ones = {1, 1, 1, 1};
      bench
          .variables()
          .assign(bench.session(), Map.of("a/hidden/bias", ones, "b/hidden/bias", ones));
      float[] before = bench.run(fused);
      assertArrayEquals(
          new float[4], Arrays.copyOfRange(before, 8, 12), 0f, "a patient without any");
      float[] other = B.clone();
      Arrays.fill(other, 4, 12, 1e30f);
      bench.feed(b, other);
      assertArrayEquals(before, bench.run(fused), 0f);
      bench.feed(a, Arrays.copyOfRange(A, 4, 8), 1, 4);
      bench.feed(b, new float[4], 1, 4);
      bench.feed(hasA, new float[] {1}, 1);
      bench.feed(hasB, new float[] {0}, 1);
      assertArrayEquals(Arrays.copyOfRange(before, 4, 8), bench.run(fused), 1e-6f);
    }
  }

  /** Fault 9: in another order the same weights give the same, once the rows of the gates' kernels are turned with it. */
  @Test
  void orderOfModalitiesDecidesNothing() {
    try (GraphBench bench = new GraphBench(4)) {
      Map<String, Operand<TFloat32>> vectors =
          Map.of("a", bench.input(A, 3, 4), "b", bench.input(B, 3, 4));
      Map<String, Operand<TFloat32>> there = Map.of(
          "a", bench.input(new float[] {1, 1, 0}, 3), "b", bench.input(new float[] {1, 0, 1}, 3));
      var forward = fuse(bench.inference(), "softmax", vectors, there).embedding();
      var backward = fuse(bench.inference(), "softmax", vectors, there, Comparator.reverseOrder())
          .embedding();
      bench.initialize(1);
      float[] expected = bench.run(forward);
      for (String name : List.of("a/gate/kernel", "b/gate/kernel")) {
        float[] kernel = bench.variables().read(bench.session()).get(name);
        float[] turned = kernel.clone();
        System.arraycopy(kernel, 0, turned, 16, 16);
        System.arraycopy(kernel, 16, turned, 0, 16);
        bench.variables().assign(bench.session(), Map.of(name, turned));
      }
      assertArrayEquals(expected, bench.run(backward), 1e-6f);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"softmax", "sigmoid"})
  void gradientsAgreeWithCentralDifferences(String gates) {
    try (GraphBench bench = new GraphBench(4)) {
      Map<String, Operand<TFloat32>> vectors =
          Map.of("a", bench.input(A, 3, 4), "b", bench.input(B, 3, 4));
      Map<String, Operand<TFloat32>> there = Map.of(
          "a", bench.input(new float[] {1, 1, 0}, 3), "b", bench.input(new float[] {1, 0, 1}, 3));
      var fused = fuse(bench.training(), gates, vectors, there).embedding();
      bench.initialize(1);
      assertTrue(bench.gradientError(fused, 1e-2f) < 0.02);
    }
  }

  @Test
  void aModalityAloneIsFine() {
    try (GraphBench bench = new GraphBench(4)) {
      var fused = fuse(
          bench.inference(),
          "softmax",
          Map.of("a", bench.input(A, 3, 4)),
          Map.of("a", bench.input(new float[] {1, 1, 0}, 3)));
      bench.initialize(1);
      assertArrayEquals(new float[] {1, 1, 0}, bench.run(fused.attention().get("a")), 1e-6f);
    }
  }
}
