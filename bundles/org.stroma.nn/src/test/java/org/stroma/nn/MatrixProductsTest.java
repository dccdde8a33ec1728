/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class MatrixProductsTest {
  /** Of one rounding to bfloat16, relative. */
  private static final double ROUNDING = Math.pow(2, -8);

  private interface Product {
    Operand<TFloat32> of(MatrixProducts products, Ops tf, Operand<TFloat32> a, Operand<TFloat32> b);
  }

  /** A product with the shapes of its factors. */
  private enum Kind {
    MAT_MUL(new long[] {7, 300}, new long[] {300, 5}, MatrixProducts::matMul),
    SCORES(
        new long[] {2, 6, 3, 40},
        new long[] {2, 9, 3, 40},
        (products, tf, a, b) -> products.einsum(tf, "bnhk,bmhk->bhnm", a, b)),
    CONTEXT(
        new long[] {2, 3, 6, 90},
        new long[] {2, 90, 3, 8},
        (products, tf, a, b) -> products.einsum(tf, "bhnm,bmhk->bnhk", a, b)),
    POOLED(
        new long[] {3, 50},
        new long[] {3, 50, 4},
        (products, tf, a, b) -> products.einsum(tf, "bn,bnd->bd", a, b)),
    CHOSEN(
        new long[] {3, 4, 50},
        new long[] {3, 50, 4},
        (products, tf, a, b) -> products.einsum(tf, "bcn,bnc->bc", a, b)),
    FIRST_TURNED(
        new long[] {2, 3, 70, 6},
        new long[] {2, 3, 70, 5},
        (products, tf, a, b) -> products.batchMatMul(tf, a, b, true, false)),
    SECOND_TURNED(
        new long[] {2, 3, 6, 70},
        new long[] {2, 3, 5, 70},
        (products, tf, a, b) -> products.batchMatMul(tf, a, b, false, true));

    private final long[] a;
    private final long[] b;
    private final Product product;

    Kind(long[] a, long[] b, Product product) {
      this.a = a;
      this.b = b;
      this.product = product;
    }
  }

  private static float[] random(long[] shape, long seed) {
    Random random = new Random(seed);
    float[] numbers = new float[(int) Shape.of(shape).size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }

  private static float[] rounded(float[] x) {
    float[] rounded = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      int bits = Float.floatToRawIntBits(x[i]);
      int half = 0x7fff + (bits >>> 16 & 1); // to the nearest, ties to even
      rounded[i] = Float.intBitsToFloat(bits + half & 0xffff0000);
    }
    return rounded;
  }

  private static Operand<TFloat32> constant(Bench bench, long[] shape, float[] numbers) {
    return bench.tf.constant(Shape.of(shape), DataBuffers.of(numbers, true, false));
  }

  /** Result, and gradients of both factors for a given gradient of the result. */
  private static List<float[]> run(
      Kind kind, MatrixProducts products, float[] a, float[] b, boolean roundedOuter) {
    try (Bench bench = new Bench()) {
      Operand<TFloat32> x = constant(bench, kind.a, a);
      Operand<TFloat32> y = constant(bench, kind.b, b);
      Operand<TFloat32> z = kind.product.of(products, bench.tf, x, y);
      float[] outer = random(z.shape().asArray(), 3);
      Operand<TFloat32> weighted = bench.tf.math.mul(
          z, constant(bench, z.shape().asArray(), roundedOuter ? rounded(outer) : outer));
      Operand<TFloat32> dx = bench.gradient(weighted, x);
      Operand<TFloat32> dy = bench.gradient(weighted, y);
      assertEquals(TFloat32.class, dx.asOutput().type());
      return List.of(bench.run(z), bench.run(dx), bench.run(dy));
    }
  }

  private static float largest(float[] x) {
    float largest = 0;
    for (float one : x) {
      largest = Math.max(largest, Math.abs(one));
    }
    return largest;
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void factorsAndResultsAreRoundedAndNothingElseAndSoAreGradients(Kind kind) {
    float[] a = random(kind.a, 1);
    float[] b = random(kind.b, 2);
    // float32 of rounded factors, where nothing but the results' own rounding is left
    List<float[]> wanted = run(kind, MatrixProducts.FLOAT32, rounded(a), rounded(b), true);
    List<float[]> is = run(kind, MatrixProducts.BFLOAT16_ON_CPU, a, b, false);
    for (int i = 0; i < 3; i++) {
      float[] expected = wanted.get(i);
      for (int j = 0; j < expected.length; j++) {
        assertEquals(
            expected[j],
            is.get(i)[j],
            1.01 * ROUNDING * Math.abs(expected[j]) + 1e-5 * largest(expected),
            kind + " " + i + " " + j);
      }
      assertArrayEquals(rounded(is.get(i)), is.get(i), "numbers of bfloat16");
    }
    List<float[]> exact = run(kind, MatrixProducts.FLOAT32, a, b, false);
    assertFalse(Arrays.equals(exact.get(0), is.get(0)), "it is not float32");
  }

  /** TensorFlow's operations add up in bfloat16 on a CPU, so that sums of a few hundred numbers are coarse; their gradients are there. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void tensorFlowsOperationsForBfloat16HaveGradientsInFloat32(Kind kind) {
    float[] a = random(kind.a, 1);
    float[] b = random(kind.b, 2);
    List<float[]> wanted = run(kind, MatrixProducts.FLOAT32, a, b, false);
    List<float[]> is = run(kind, MatrixProducts.BFLOAT16, a, b, false);
    for (int i = 0; i < 3; i++) {
      assertArrayEquals(
          wanted.get(i),
          is.get(i),
          (float) (16 * ROUNDING * largest(wanted.get(i))),
          kind + " " + i);
      assertFalse(Arrays.equals(wanted.get(i), is.get(i)), "it is not float32");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 4096})
  void longSumsAreFloat32(int length) {
    float[] ones = new float[length];
    Arrays.fill(ones, 1.5f);
    try (Bench bench = new Bench()) {
      Net net = bench.net.with(MatrixProducts.BFLOAT16_ON_CPU);
      Operand<TFloat32> row = constant(bench, new long[] {1, length}, ones);
      Operand<TFloat32> column = constant(bench, new long[] {length, 1}, ones);
      List<Operand<TFloat32>> sums = new ArrayList<>(List.of(
          net.matMul(row, column),
          net.einsum("ij,jk->ik", row, column),
          net.einsum("ij,jk->k", row, column),
          MatrixProducts.BFLOAT16_ON_CPU.batchMatMul(bench.tf, row, column, false, false)));
      for (Operand<TFloat32> sum : sums) {
        assertEquals(2.25 * length, bench.run(sum)[0], 2.25 * length * ROUNDING);
      }
    }
  }

  @Test
  void layersComputeInThePrecisionOfTheirNet() {
    try (Bench bench = new Bench()) {
      float[] numbers = random(new long[] {4, 6, 8}, 5);
      Operand<TFloat32> x = constant(bench, new long[] {4, 6, 8}, numbers);
      Operand<TFloat32> fine = bench.net.dense("dense", x, 3);
      Operand<TFloat32> coarse =
          bench.net.with(MatrixProducts.BFLOAT16_ON_CPU).dense("dense", x, 3);
      Operand<TFloat32> frozen = bench
          .training
          .with(MatrixProducts.BFLOAT16_ON_CPU)
          .frozen()
          .scope("")
          .view("a")
          .dense("dense", x, 3);
      bench.start(1);
      float[] exact = bench.run(fine);
      float[] rounded = bench.run(coarse);
      assertArrayEquals(exact, rounded, (float) (2 * ROUNDING * largest(exact)));
      assertFalse(Arrays.equals(exact, rounded));
      assertArrayEquals(rounded, bench.run(frozen), "precision stays in copies");
    }
  }

  @ParameterizedTest
  @EnumSource(value = MatrixProducts.class, names = "FLOAT32", mode = EnumSource.Mode.EXCLUDE)
  void aTransformerAndItsGradientAreThoseOfFloat32UpToRounding(MatrixProducts products) {
    var torch = Bench.torch();
    List<float[]> fine = transformer(torch, MatrixProducts.FLOAT32);
    List<float[]> coarse = transformer(torch, products);
    for (int i = 0; i < 2; i++) {
      float[] wanted = fine.get(i);
      assertArrayEquals(wanted, coarse.get(i), (float) (8 * ROUNDING * largest(wanted)), "" + i);
      assertFalse(Arrays.equals(wanted, coarse.get(i)));
    }
  }

  private static List<float[]> transformer(
      Map<String, Bench.Tensor> torch, MatrixProducts products) {
    try (Bench bench = new Bench()) {
      Operand<TFloat32> x = bench.input(torch.get("x"));
      Operand<TFloat32> mask = bench.input(torch.get("mask"));
      Net net = bench.net.with(products);
      Operand<TFloat32> y =
          net.transformer("transformer").layers(2).heads(2).feedForward(10).apply(x, mask);
      Operand<TFloat32> weighted = bench.tf.math.mul(y, bench.input(torch.get("seed")));
      bench.assign(torch);
      return List.of(
          bench.run(bench.tf.math.mul(y, net.expand(mask, 2))),
          bench.run(bench.gradient(weighted, x)));
    }
  }
}
