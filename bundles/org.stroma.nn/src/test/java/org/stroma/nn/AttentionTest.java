/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class AttentionTest {
  /** Result, and the gradients of q, k and v for given gradients of the result. */
  private static List<float[]> run(AttentionMethod method, Case c) {
    return run(method, MatrixProducts.FLOAT32, c);
  }

  private static List<float[]> run(AttentionMethod method, MatrixProducts products, Case c) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Net net = Net.inference(tf, null, 8).with(method).with(products);
      Operand<TFloat32> q = c.input(tf, c.n, c.q);
      Operand<TFloat32> k = c.input(tf, c.m, c.k);
      Operand<TFloat32> v = c.input(tf, c.m, c.v);
      Operand<TFloat32> mask = open(tf, Shape.of(c.batch, c.m), c.mask, Shape.of(-1, -1));
      Operand<TFloat32> y = net.attention(q, k, v, mask);
      assertEquals(c.width, y.shape().get(3), "the width is known to what follows");
      Operand<TFloat32> weighted =
          tf.reduceSum(tf.math.mul(y, c.input(tf, c.n, c.outer)), tf.array(0, 1, 2, 3));
      Output<?>[] gradients = graph.addGradients(
          weighted.asOutput(), new Output<?>[] {q.asOutput(), k.asOutput(), v.asOutput()});
      try (Session session = new Session(graph)) {
        List<float[]> last = null;
        for (int again = 0; again < 2; again++) {
          try (var result = session
              .runner()
              .fetch(y)
              .fetch(gradients[0])
              .fetch(gradients[1])
              .fetch(gradients[2])
              .run()) {
            List<float[]> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
              TFloat32 tensor = (TFloat32) result.get(i);
              float[] numbers = new float[(int) tensor.size()];
              tensor.asRawTensor().data().asFloats().read(numbers);
              all.add(numbers);
            }
            if (last != null) {
              for (int i = 0; i < 4; i++) {
                assertArrayEquals(last.get(i), all.get(i), "the same bits again");
              }
            }
            last = all;
          }
        }
        return last;
      }
    }
  }

  private static Operand<TFloat32> open(Ops tf, Shape shape, float[] numbers, Shape known) {
    return tf.placeholderWithDefault(
        tf.constant(shape, DataBuffers.of(numbers, true, false)), known);
  }

  /** Random numbers; masked keys have large ones. */
  private static final class Case {
    final int batch;
    final int n;
    final int m;
    final int heads;
    final int width;
    final float[] q;
    final float[] k;
    final float[] v;
    final float[] outer;
    final float[] mask;

    Case(int batch, int n, int m, int heads, int width, Random random) {
      this.batch = batch;
      this.n = n;
      this.m = m;
      this.heads = heads;
      this.width = width;
      q = numbers(n, random);
      k = numbers(m, random);
      v = numbers(m, random);
      outer = numbers(n, random);
      mask = new float[batch * m];
      for (int i = 0; i < mask.length; i++) {
        mask[i] = i / m > 0 && random.nextInt(3) == 0 || i / m == 2 ? 0 : 1;
        if (mask[i] == 0) {
          for (int j = i * heads * width; j < (i + 1) * heads * width; j++) {
            k[j] *= 1e6f;
            v[j] *= 1e6f;
          }
        }
      }
    }

    private float[] numbers(int length, Random random) {
      float[] numbers = new float[batch * length * heads * width];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (float) random.nextGaussian();
      }
      return numbers;
    }

    Operand<TFloat32> input(Ops tf, int length, float[] numbers) {
      return open(
          tf, Shape.of(batch, length, heads, width), numbers, Shape.of(-1, -1, heads, width));
    }
  }

  @ParameterizedTest
  @CsvSource({
    // batch, queries, keys, heads, width, numbers in the scores of a block
    "1, 7, 7, 1, 4, 1",
    "3, 33, 33, 2, 8, 500",
    "3, 20, 45, 2, 8, 1000",
    "2, 64, 64, 4, 16, 32768",
    "3, 1, 5, 2, 3, 100",
    "1, 130, 130, 2, 32, 100000000"
  })
  void blocksGiveWhatAllAtOnceGives(int batch, int n, int m, int heads, int width, int scores) {
    Case c = new Case(batch, n, m, heads, width, new Random(n));
    List<float[]> plain = run(AttentionMethod.PLAIN, c);
    List<float[]> blocks = run(AttentionMethod.blocks(scores), c);
    List<String> names = List.of("result", "dq", "dk", "dv");
    for (int i = 0; i < 4; i++) {
      float largest = 0;
      for (float x : plain.get(i)) {
        largest = Math.max(largest, Math.abs(x));
      }
      assertArrayEquals(plain.get(i), blocks.get(i), 1e-5f * largest, names.get(i));
    }
  }

  /** Mean of the squared differences by that of the squared numbers, rooted. */
  private static double relative(float[] wanted, float[] is) {
    double apart = 0;
    double all = 0;
    for (int i = 0; i < wanted.length; i++) {
      apart += Math.pow(wanted[i] - is[i], 2);
      all += Math.pow(wanted[i], 2);
    }
    return Math.sqrt(apart / all);
  }

  @ParameterizedTest
  @CsvSource({
    "plain, 3, 33, 33, 2, 8",
    "blocks, 3, 33, 33, 2, 8",
    "plain, 3, 20, 300, 2, 32",
    "blocks, 3, 20, 300, 2, 32",
    "blocks, 1, 5, 3000, 2, 16"
  })
  void inBfloat16ItIsThatOfFloat32UpToRounding(
      String way, int batch, int n, int m, int heads, int width) {
    Case c = new Case(batch, n, m, heads, width, new Random(n));
    AttentionMethod method =
        way.equals("plain") ? AttentionMethod.PLAIN : AttentionMethod.blocks(1000);
    List<float[]> fine = run(method, c);
    List<float[]> coarse = run(method, MatrixProducts.BFLOAT16_ON_CPU, c);
    List<String> names = List.of("result", "dq", "dk", "dv");
    for (int i = 0; i < 4; i++) {
      double apart = relative(fine.get(i), coarse.get(i));
      assertTrue(apart < Math.pow(2, -7), way + " " + names.get(i) + " " + apart);
      assertTrue(
          apart > Math.pow(2, -16), way + " " + names.get(i) + " is not float32's: " + apart);
    }
  }

  @Test
  void tensorFlowsOperationsForBfloat16GiveGradientsInBlocksToo() {
    Case c = new Case(3, 33, 33, 2, 8, new Random(4));
    List<float[]> fine = run(AttentionMethod.blocks(500), c);
    List<float[]> coarse = run(AttentionMethod.blocks(500), MatrixProducts.BFLOAT16, c);
    for (int i = 0; i < 4; i++) {
      double apart = relative(fine.get(i), coarse.get(i));
      assertTrue(apart < Math.pow(2, -6), i + " " + apart);
    }
  }

  /** Computed with doubles, from the formula. */
  private static double objective(Case c) {
    double sum = 0;
    for (int b = 0; b < c.batch; b++) {
      for (int h = 0; h < c.heads; h++) {
        for (int i = 0; i < c.n; i++) {
          double[] weights = new double[c.m];
          double total = 0;
          for (int j = 0; j < c.m; j++) {
            double score = 0;
            for (int d = 0; d < c.width; d++) {
              score += (double) c.q[at(c, c.n, b, i, h, d)] * c.k[at(c, c.m, b, j, h, d)];
            }
            weights[j] = c.mask[b * c.m + j] == 0 ? 0 : Math.exp(score / Math.sqrt(c.width));
            total += weights[j];
          }
          for (int j = 0; j < c.m; j++) {
            for (int d = 0; d < c.width && total > 0; d++) {
              sum += weights[j]
                  / total
                  * c.v[at(c, c.m, b, j, h, d)]
                  * c.outer[at(c, c.n, b, i, h, d)];
            }
          }
        }
      }
    }
    return sum;
  }

  private static int at(Case c, int length, int b, int i, int h, int d) {
    return ((b * length + i) * c.heads + h) * c.width + d;
  }

  @Test
  void gradientsAreThoseOfFiniteDifferences() {
    Case c = new Case(3, 5, 6, 2, 3, new Random(4));
    List<float[]> blocks = run(AttentionMethod.blocks(7), c);
    float[][] inputs = {c.q, c.k, c.v};
    for (int which = 0; which < 3; which++) {
      for (int i = 0; i < inputs[which].length; i++) {
        float here = inputs[which][i];
        if (Math.abs(here) > 1e4) {
          assertEquals(0, blocks.get(which + 1)[i], "a masked key has none");
          continue;
        }
        float step = 1e-3f;
        inputs[which][i] = here + step;
        float above = inputs[which][i];
        double up = objective(c);
        inputs[which][i] = here - step;
        double difference = (up - objective(c)) / (above - inputs[which][i]);
        inputs[which][i] = here;
        assertEquals(
            difference, blocks.get(which + 1)[i], 2e-4 * Math.max(1, Math.abs(difference)));
      }
    }
  }

  @Test
  void aRowWithoutKeysGivesZeroWithoutGradients() {
    Case c = new Case(3, 4, 70, 1, 4, new Random(9));
    for (AttentionMethod method : List.of(AttentionMethod.PLAIN, AttentionMethod.blocks(100))) {
      List<float[]> all = run(method, c);
      for (int i = 0; i < 4; i++) {
        float[] numbers = all.get(i);
        for (int j = numbers.length / 3 * 2; j < numbers.length; j++) {
          assertEquals(0, numbers[j], 0);
        }
        assertTrue(Math.abs(numbers[0]) > 0);
      }
    }
  }
}
