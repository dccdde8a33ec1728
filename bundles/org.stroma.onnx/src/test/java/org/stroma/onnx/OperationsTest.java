/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.index.Indices;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.OneHot;
import org.tensorflow.op.core.Squeeze;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.op.math.Cumsum;
import org.tensorflow.op.nn.Conv2d;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Operations that parts of extensions may build, where the two runtimes could differ in silence. */
class OperationsTest {
  private static final List<Map<String, Long>> SIZES = List.of(
      Map.of("batch", 1L, "n", 4L), Map.of("batch", 3L, "n", 7L), Map.of("batch", 2L, "n", 5L));

  /** Of numbers [batch, n, 6]. */
  private static void numbers(BiFunction<Ops, Operand<TFloat32>, Operand<?>> build) {
    BothRuntimes.check(
        6, g -> g.output("y", build.apply(g.tf(), g.numbers("x", "batch n", 6))), SIZES);
  }

  /** Of whole numbers [batch, n, 2] from -5 to 4. */
  private static void integers(BiFunction<Ops, Operand<TInt32>, Operand<?>> build) {
    BothRuntimes.check(
        6,
        g -> {
          Operand<TInt32> x = g.integers("x", "batch n", 2, 10);
          g.output("y", build.apply(g.tf(), g.tf().math.sub(x, g.tf().constant(5))));
        },
        SIZES);
  }

  @Test
  void divisionOfNegativeWholeNumbers() {
    for (int divisor : new int[] {3, -3}) {
      integers((tf, x) -> tf.math.floorDiv(x, tf.constant(divisor)));
      integers((tf, x) -> tf.math.floorMod(x, tf.constant(divisor)));
      integers((tf, x) -> tf.math.mod(x, tf.constant(divisor)));
      integers((tf, x) -> tf.math.div(x, tf.constant(divisor)));
    }
    numbers((tf, x) -> tf.math.floorDiv(x, tf.constant(-0.7f)));
    numbers((tf, x) -> tf.math.floorMod(x, tf.constant(-0.7f)));
  }

  @Test
  void divisionByZero() {
    numbers((tf, x) -> tf.math.divNoNan(x, tf.math.maximum(x, tf.constant(0f))));
  }

  @Test
  void roundingOfHalves() {
    integers(
        (tf, x) -> tf.math.rint(tf.math.mul(tf.dtypes.cast(x, TFloat32.class), tf.constant(0.5f))));
    integers((tf, x) -> tf.dtypes.cast(
        tf.math.mul(tf.dtypes.cast(x, TFloat32.class), tf.constant(0.7f)), TInt32.class));
  }

  @Test
  void functions() {
    for (BiFunction<Ops, Operand<TFloat32>, Operand<TFloat32>> f :
        List.<BiFunction<Ops, Operand<TFloat32>, Operand<TFloat32>>>of(
            (tf, x) -> tf.math.log1p(tf.math.abs(x)),
            (tf, x) -> tf.math.expm1(x),
            (tf, x) -> tf.math.erfc(x),
            (tf, x) -> tf.math.atan(x),
            (tf, x) -> tf.math.sign(x),
            (tf, x) -> tf.math.ceil(x),
            (tf, x) -> tf.math.floor(x),
            (tf, x) -> tf.math.squaredDifference(x, tf.constant(2f)),
            (tf, x) -> tf.math.softplus(tf.math.mul(x, tf.constant(60f))),
            (tf, x) -> tf.math.pow(tf.math.abs(x), tf.constant(1.5f)),
            (tf, x) -> tf.math.reciprocal(tf.math.add(tf.math.abs(x), tf.constant(1f))),
            (tf, x) -> tf.math.addN(List.of(x, x, x)),
            (tf, x) -> tf.clipByValue(x, tf.constant(-0.3f), tf.constant(0.4f)),
            (tf, x) -> tf.nn.leakyRelu(x),
            (tf, x) -> tf.nn.relu6(tf.math.mul(x, tf.constant(8f))),
            (tf, x) -> tf.nn.logSoftmax(x),
            (tf, x) -> tf.onesLike(x),
            (tf, x) -> tf.reverse(x, tf.array(1, -1)))) {
      numbers(f::apply);
    }
  }

  @Test
  void slices() {
    numbers((tf, x) -> tf.stridedSlice(x, Indices.all(), Indices.at(-1)));
    numbers((tf, x) -> tf.stridedSlice(x, Indices.at(0), Indices.range(1, 3), Indices.newAxis()));
    numbers((tf, x) -> tf.stridedSlice(x, Indices.ellipsis(), Indices.at(2)));
    numbers((tf, x) -> tf.stridedSlice(x, Indices.newAxis(), Indices.ellipsis(), Indices.step(-2)));
    numbers((tf, x) -> tf.stridedSlice(x, Indices.all(), Indices.sliceFrom(1, 2)));
    numbers((tf, x) -> tf.slice(x, tf.array(0, 1, 2), tf.array(-1, 2, 3)));
    // begin and size follow from the input
    numbers((tf, x) -> {
      Operand<TInt32> n = tf.slice(tf.shape(x), tf.array(1), tf.array(1));
      Operand<TInt32> begin =
          tf.concat(List.of(tf.array(0), tf.math.sub(n, tf.array(2)), tf.array(1)), tf.constant(0));
      return tf.slice(x, begin, tf.array(-1, 2, -1));
    });
  }

  @Test
  void reductions() {
    numbers((tf, x) -> tf.math.mean(x, tf.array(-1, 0)));
    numbers((tf, x) -> tf.reduceSum(x, tf.array(new int[0])));
    numbers((tf, x) -> tf.reduceProd(x, tf.array(2)));
    numbers((tf, x) -> tf.reduceMin(x, tf.array(1)));
    numbers((tf, x) -> tf.dtypes.cast(
        tf.reduceAny(tf.math.greater(x, tf.constant(1f)), tf.array(1)), TFloat32.class));
    numbers((tf, x) -> tf.dtypes.cast(
        tf.reduceAll(tf.math.greater(x, tf.constant(-1f)), tf.array(2)), TFloat32.class));
    numbers((tf, x) -> tf.math.argMin(x, tf.constant(-1), TInt32.class));
    numbers(
        (tf, x) -> tf.math.cumsum(x, tf.constant(1), Cumsum.exclusive(true), Cumsum.reverse(true)));
    integers((tf, x) -> tf.reduceSum(x, tf.array(1)));
  }

  @Test
  void choices() {
    // negative ones are no class, and in no segment
    integers((tf, x) -> tf.oneHot(x, tf.constant(3), tf.constant(1f), tf.constant(0f)));
    integers((tf, x) ->
        tf.oneHot(x, tf.constant(3), tf.constant(2f), tf.constant(-1f), OneHot.axis(1L)));
    integers((tf, x) -> {
      Operand<TInt32> flat = tf.reshape(x, tf.array(-1));
      return tf.math.unsortedSegmentSum(tf.dtypes.cast(flat, TFloat32.class), flat, tf.constant(5));
    });
    numbers((tf, x) -> tf.gather(x, tf.array(2, 0, 1), tf.constant(1)));
    numbers((tf, x) -> tf.gatherNd(x, tf.constant(new int[][] {{0, 1}, {0, 3}})));
    numbers((tf, x) -> tf.scatterNd(
        tf.constant(new int[][] {{1}, {1}, {0}}),
        tf.gather(tf.reshape(x, tf.array(-1, 6)), tf.array(0, 1, 2), tf.constant(0)),
        tf.array(4, 6)));
    integers((tf, x) -> tf.nn
        .topK(
            tf.dtypes.cast(tf.reshape(x, tf.array(1, -1)), TFloat32.class),
            tf.constant(4),
            TInt32.class)
        .indices());
    numbers((tf, x) -> tf.select(tf.math.greater(x, tf.constant(0f)), x, tf.constant(7f)));
  }

  @Test
  void arrangements() {
    numbers((tf, x) -> tf.squeeze(
        tf.expandDims(tf.expandDims(x, tf.constant(-1)), tf.constant(0)),
        Squeeze.axis(List.of(0L, -1L))));
    numbers(
        (tf, x) -> tf.splitV(x, tf.array(1, -1, 2), tf.constant(2), 3L).output().get(1));
    numbers((tf, x) ->
        tf.unstack(x, 6L, org.tensorflow.op.core.Unstack.axis(2L)).output().get(4));
    numbers(
        (tf, x) -> tf.mirrorPad(x, tf.constant(new int[][] {{0, 0}, {1, 2}, {0, 1}}), "REFLECT"));
    numbers((tf, x) -> tf.tile(x, tf.array(1, 2, 1)));
    numbers((tf, x) -> tf.fill(tf.shape(x), tf.constant(3f)));
    numbers((tf, x) -> tf.math.mul(x, tf.dtypes.cast(tf.size(x), TFloat32.class)));
    numbers((tf, x) -> tf.math.mul(x, tf.dtypes.cast(tf.rank(x), TFloat32.class)));
    // a length of 0 is none, and not that of the input
    numbers(
        (tf, x) -> tf.reshape(tf.slice(x, tf.array(0, 0, 0), tf.array(-1, 0, -1)), tf.array(0, 3)));
  }

  @Test
  void products() {
    numbers((tf, x) -> {
      Operand<TFloat32> flat = tf.reshape(x, tf.array(-1, 6));
      return tf.linalg.matMul(flat, flat, MatMul.transposeA(true));
    });
    numbers((tf, x) ->
        tf.train.batchMatMul(x, x, TFloat32.class, org.tensorflow.op.train.BatchMatMul.adjY(true)));
    for (String padding : List.of("SAME", "VALID")) {
      numbers((tf, x) -> {
        Operand<TFloat32> image = tf.expandDims(x, tf.constant(3)); // [batch, n, 6, 1]
        Operand<TFloat32> kernel = tf.reshape(
            tf.range(tf.constant(0f), tf.constant(18f), tf.constant(1f)), tf.array(3, 2, 1, 3));
        return tf.nn.conv2d(
            image,
            kernel,
            List.of(1L, 2L, 1L, 1L),
            padding,
            Conv2d.dilations(List.of(1L, 1L, 1L, 1L)));
      });
    }
  }

  private static OnnxExportException refused(Function<BothRuntimes, Operand<?>> build) {
    return assertThrows(
        OnnxExportException.class,
        () -> BothRuntimes.check(4, g -> g.output("y", build.apply(g)), SIZES));
  }

  @Test
  void whatIsNotKnownIsRefused() {
    assertEquals(
        "TensorFlow's operation Lgamma has no counterpart in Stroma's export to ONNX",
        refused(g -> g.tf().math.lgamma(g.numbers("x", "batch", 2))).getMessage());
    // random numbers are drawn anew in each run, though they follow from constants
    assertEquals(
        "TensorFlow's operation RandomUniform has no counterpart in Stroma's export to ONNX",
        refused(g -> g.tf()
                .math
                .add(
                    g.numbers("x", "batch", 2),
                    g.tf().random.randomUniform(g.tf().array(2), TFloat32.class)))
            .getMessage());
    assertEquals(
        "TensorFlow's operation Sum cannot be said in ONNX here: the axes must not depend on an input",
        refused(g ->
                g.tf().reduceSum(g.numbers("x", "batch", 2), g.integers("axes", "batch", 0, 2)))
            .getMessage());
    assertEquals(
        "the outputs need Placeholder_1, which is no input of the model",
        refused(g -> {
              Operand<TFloat32> x = g.numbers("x", "batch", 2);
              return g.tf()
                  .math
                  .add(
                      x,
                      g.tf()
                          .placeholder(
                              TFloat32.class,
                              org.tensorflow.op.core.Placeholder.shape(Shape.of(2))));
            })
            .getMessage());
  }
}
