/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import static org.stroma.nn.Loops.function;
import static org.stroma.nn.Loops.loop;
import static org.stroma.nn.Loops.numbers;
import static org.stroma.nn.Loops.whole;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.stroma.nn.graph.Gradients;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Empty;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Attention in blocks of queries: the scores of one block and all keys are there at a time, and backward they are computed once more, so that
 * memory grows with the elements and not with their square (Rabe and Staats 2021; Dao et al. 2022, section 3.1, for the gradients).
 *
 * <p>The blocks are the rounds of two loops of TensorFlow's. What the rounds give is written into one tensor in place. A loop has no gradient
 * of its own, so that the second one is {@linkplain Gradients#given given}.
 *
 * <p>What is added to all scores of a row or a column, such as the mask, is a column more of queries and keys: a product adds it, and
 * the scores are not walked once more. So do ones beside the values give the sum of a row. Where products round, sums and shifts of rows are
 * computed apart: they stay float32.
 */
final class BlockwiseAttention {
  /** Ranks of block and blocks (whole numbers), queries, keys, values, what is written. */
  private static final List<Integer> FORWARD = List.of(0, 0, 5, 4, 4, 5);

  /** Ranks of block, blocks, queries, keys, keys alone, values, gradients of the result; gradients of keys, values and queries. */
  private static final List<Integer> BACKWARD = List.of(0, 0, 5, 4, 4, 4, 5, 4, 4, 5);

  /** All lengths are found when they run, so that one set of functions serves every graph of a precision. */
  private record Functions(
      ConcreteFunction more,
      ConcreteFunction round,
      ConcreteFunction moreBack,
      ConcreteFunction roundBack) {
    private static final Map<MatrixProducts, Functions> ALL = new EnumMap<>(MatrixProducts.class);

    static synchronized Functions of(MatrixProducts products) {
      return ALL.computeIfAbsent(products, Functions::made);
    }

    private static Functions made(MatrixProducts products) {
      Rounds rounds = new Rounds(products);
      return new Functions(
          function(FORWARD, Rounds::more),
          function(FORWARD, rounds::forward),
          function(BACKWARD, Rounds::more),
          function(BACKWARD, rounds::backward));
    }

    List<ConcreteFunction> list() {
      return List.of(more, round, moreBack, roundBack);
    }
  }

  private record Sizes(int heads, int width, int most, Functions functions) {}

  private BlockwiseAttention() {}

  /**
   * Builds it; shapes as {@link Net#attention}.
   *
   * @param products what products are computed in; all else is float32
   * @param most numbers in the scores of a block
   */
  static Operand<TFloat32> attention(
      Ops tf,
      MatrixProducts products,
      Operand<TFloat32> q,
      Operand<TFloat32> k,
      Operand<TFloat32> v,
      Operand<TFloat32> mask,
      int most) {
    // shapes cannot be asked for while gradients are built, nor functions attached
    Functions functions = Functions.of(products);
    Sizes sizes = new Sizes((int) q.shape().get(2), Net.lastDimension(q), most, functions);
    Graph graph = (Graph) tf.scope().env();
    for (ConcreteFunction function : functions.list()) {
      if (graph.getFunction(function.getDefinedName()) == null) {
        graph.attachFunction(function);
      }
    }
    Operand<TFloat32> forward = new Blocks(tf, q, k, v, mask, sizes).forward();
    Operand<TFloat32> given = Gradients.given(
        tf, forward, List.of(q, k, v, mask), (ops, value, inputs, outer) -> new Blocks(
                ops, inputs.get(0), inputs.get(1), inputs.get(2), inputs.get(3), sizes)
            .backward(value, outer));
    Operand<TInt32> shape = tf.shape(q);
    return tf.reshape(tf.slice(given, tf.array(0, 0, 0, 0), shape), shape);
  }

  /** The two loops with what is before and behind them. */
  private static final class Blocks {
    private final Ops tf;
    private final Operand<TFloat32> mask;
    private final int heads;
    private final int width;
    private final Functions functions;
    private final Operand<TInt32> batch;
    private final Operand<TInt32> n;
    private final Operand<TInt32> rows;
    private final Operand<TInt32> blocks;
    private final Operand<TFloat32> scale;
    private final Operand<TFloat32> q;
    private final Operand<TFloat32> k;
    private final Operand<TFloat32> v;
    private final Operand<TFloat32> bias;
    private final Operand<TFloat32> any;

    Blocks(
        Ops tf,
        Operand<TFloat32> q,
        Operand<TFloat32> k,
        Operand<TFloat32> v,
        Operand<TFloat32> mask,
        Sizes sizes) {
      this.tf = tf;
      this.mask = mask;
      heads = sizes.heads();
      width = sizes.width();
      functions = sizes.functions();
      Operand<TInt32> shape = tf.shape(q);
      batch = tf.gather(shape, tf.constant(0), tf.constant(0));
      n = tf.gather(shape, tf.constant(1), tf.constant(0));
      Operand<TInt32> m = tf.gather(tf.shape(k), tf.constant(1), tf.constant(0));
      // as many rounds as the scores want, and rounds of one size
      Operand<TInt32> one = tf.constant(1);
      Operand<TInt32> row =
          tf.math.maximum(one, tf.math.mul(tf.math.mul(batch, m), tf.constant(heads)));
      Operand<TInt32> fitting =
          tf.math.maximum(one, tf.math.floorDiv(tf.constant(sizes.most()), row));
      Operand<TInt32> wanted = tf.math.maximum(one, upwards(n, fitting));
      rows = tf.math.maximum(one, upwards(n, wanted));
      blocks = tf.math.maximum(one, upwards(n, rows));
      scale = tf.constant((float) (1 / Math.sqrt(width)));
      this.q = tf.math.mul(q, scale);
      Operand<TFloat32> there =
          tf.reshape(mask, tf.concat(List.of(tf.shape(mask), tf.array(1, 1)), tf.constant(0)));
      // masked elements may be anything, and have no score
      this.k = tf.math.mul(k, there);
      this.v = tf.math.mul(v, there);
      bias =
          tf.math.mul(tf.math.sub(tf.constant(1f), there), tf.constant(Net.MASKED)); // [B, M, 1, 1]
      any = tf.max(there, tf.array(1), org.tensorflow.op.core.Max.keepDims(true)); // [B, 1, 1, 1]
    }

    private Operand<TInt32> upwards(Operand<TInt32> a, Operand<TInt32> b) {
      return tf.math.floorDiv(tf.math.sub(tf.math.add(a, b), tf.constant(1)), b);
    }

    /** Results, and behind them the logarithm of the sum of each row: [B, N, h, w + 1]. */
    Operand<TFloat32> forward() {
      List<Output<?>> ended = loop(
          tf,
          functions.more(),
          functions.round(),
          List.of(
              tf.constant(0),
              blocks,
              toBlocks(join(q, ones(q)), width + 1),
              byHead(join(k, tf.math.add(nothing(k), bias))),
              byHead(join(v, ones(v))),
              empty(width + 1)));
      return tf.math.mul(fromBlocks(ended.get(5), width + 1), any);
    }

    /** Gradients of queries, keys, values and mask. */
    List<Operand<TFloat32>> backward(Operand<TFloat32> value, Operand<TFloat32> gradient) {
      Operand<TFloat32> results = cut(value, 0, width);
      Operand<TFloat32> outer = tf.math.mul(cut(gradient, 0, width), any);
      Operand<TFloat32> mean = tf.reduceSum(
          tf.math.mul(outer, results), tf.array(-1), ReduceSum.keepDims(true)); // [B, N, h, 1]
      Operand<TFloat32> sums = cut(value, width, 1);
      Operand<TFloat32> keys = byHead(k);
      List<Output<?>> ended = loop(
          tf,
          functions.moreBack(),
          functions.roundBack(),
          List.of(
              tf.constant(0),
              blocks,
              toBlocks(join(join(q, ones(q)), tf.math.neg(sums)), width + 2),
              byHead(join(join(k, tf.math.add(nothing(k), bias)), ones(k))),
              keys,
              byHead(join(v, ones(v))),
              toBlocks(join(outer, tf.math.neg(mean)), width + 1),
              tf.zerosLike(keys),
              tf.zerosLike(keys),
              empty(width)));
      return List.of(
          tf.math.mul(fromBlocks(ended.get(9), width), scale),
          byElement(ended.get(7)),
          byElement(ended.get(8)),
          tf.zerosLike(mask));
    }

    private Operand<TFloat32> join(Operand<TFloat32> a, Operand<TFloat32> b) {
      return tf.concat(List.of(a, b), tf.constant(-1));
    }

    private Operand<TFloat32> cut(Operand<TFloat32> x, int from, int size) {
      return tf.slice(x, tf.array(0, 0, 0, from), tf.array(-1, -1, -1, size));
    }

    private Operand<TFloat32> nothing(Operand<TFloat32> like) {
      return tf.zerosLike(cut(like, 0, 1));
    }

    private Operand<TFloat32> ones(Operand<TFloat32> like) {
      return tf.onesLike(cut(like, 0, 1));
    }

    /** A tensor [blocks, B, h, rows, last] that rounds write into. */
    private Operand<TFloat32> empty(int last) {
      Operand<TInt32> shape =
          tf.stack(List.of(blocks, batch, tf.constant(heads), rows, tf.constant(last)));
      // its operation is never folded into a constant, which would be written over
      return tf.empty(shape, TFloat32.class, Empty.init(false));
    }

    /** [B, N, h, last] to [blocks, B, h, rows, last], with zeros at the end. */
    private Operand<TFloat32> toBlocks(Operand<TFloat32> x, int last) {
      Operand<TInt32> none = tf.constant(0);
      Operand<TInt32> rest = tf.math.sub(tf.math.mul(blocks, rows), n);
      Operand<TFloat32> padded = tf.pad(
          x,
          tf.reshape(
              tf.stack(List.of(none, none, none, rest, none, none, none, none)), tf.array(4, 2)),
          tf.constant(0f));
      Operand<TInt32> cut =
          tf.stack(List.of(tf.constant(-1), blocks, rows, tf.constant(heads), tf.constant(last)));
      return tf.linalg.transpose(tf.reshape(padded, cut), tf.array(1, 0, 3, 2, 4));
    }

    /** And back. */
    private Operand<TFloat32> fromBlocks(Operand<?> written, int last) {
      Operand<TFloat32> ordered =
          tf.linalg.transpose(numbers(written), tf.array(1, 0, 3, 2, 4)); // [B, blocks, rows, h, w]
      Operand<TInt32> joined = tf.stack(List.of(
          tf.constant(-1), tf.math.mul(blocks, rows), tf.constant(heads), tf.constant(last)));
      return tf.slice(
          tf.reshape(ordered, joined),
          tf.array(0, 0, 0, 0),
          tf.stack(List.of(tf.constant(-1), n, tf.constant(heads), tf.constant(last))));
    }

    /** [B, M, h, w] to [B, h, M, w]. */
    private Operand<TFloat32> byHead(Operand<TFloat32> x) {
      return tf.linalg.transpose(x, tf.array(0, 2, 1, 3));
    }

    /** And back. */
    private Operand<TFloat32> byElement(Operand<?> x) {
      return tf.linalg.transpose(numbers(x), tf.array(0, 2, 1, 3));
    }
  }

  /** What a round does. */
  private record Rounds(MatrixProducts products) {
    static List<Operand<?>> more(Ops tf, List<Operand<?>> x) {
      Operand<TBool> more = tf.math.less(whole(x.get(0)), whole(x.get(1)));
      return List.of(more);
    }

    List<Operand<?>> forward(Ops tf, List<Operand<?>> x) {
      Operand<TInt32> i = whole(x.get(0));
      Operand<TFloat32> scores =
          product(tf, block(tf, x.get(2), i), numbers(x.get(3)), false, true);
      Operand<TFloat32> largest =
          tf.max(scores, tf.array(-1), org.tensorflow.op.core.Max.keepDims(true));
      Operand<TFloat32> powers = tf.math.exp(tf.math.sub(scores, largest));
      Operand<TFloat32> sums =
          product(tf, powers, numbers(x.get(4)), false, false); // the last column is of ones
      Operand<TFloat32> sum = rounding()
          ? tf.reduceSum(powers, tf.array(-1), ReduceSum.keepDims(true))
          : last(tf, sums);
      Operand<TFloat32> result = tf.concat(
          List.of(tf.math.div(butLast(tf, sums, 1), sum), tf.math.add(largest, tf.math.log(sum))),
          tf.constant(-1));
      List<Operand<?>> next = passed(tf, x.subList(0, 5));
      next.add(written(tf, x.get(5), i, result));
      return next;
    }

    List<Operand<?>> backward(Ops tf, List<Operand<?>> x) {
      Operand<TInt32> i = whole(x.get(0));
      Operand<TFloat32> queries = block(tf, x.get(2), i);
      Operand<TFloat32> outer = block(tf, x.get(6), i);
      Operand<TFloat32> weights = tf.math.exp(shifted(tf, queries, numbers(x.get(3))));
      Operand<TFloat32> ofScores = tf.math.mul(weights, shifted(tf, outer, numbers(x.get(5))));
      List<Operand<?>> next = passed(tf, x.subList(0, 7));
      next.add(tf.math.add(
          numbers(x.get(7)), product(tf, ofScores, butLast(tf, queries, 2), true, false)));
      next.add(
          tf.math.add(numbers(x.get(8)), product(tf, weights, butLast(tf, outer, 1), true, false)));
      next.add(written(tf, x.get(9), i, product(tf, ofScores, numbers(x.get(4)), false, false)));
      return next;
    }

    /** Whether products round their factors, and what a softmax divides by cannot be one of them. */
    private boolean rounding() {
      return products != MatrixProducts.FLOAT32;
    }

    /** a b', where the last column of a is added to all of its row: that of b is of ones. */
    private Operand<TFloat32> shifted(Ops tf, Operand<TFloat32> a, Operand<TFloat32> b) {
      return rounding()
          ? tf.math.add(product(tf, butLast(tf, a, 1), butLast(tf, b, 1), false, true), last(tf, a))
          : product(tf, a, b, false, true);
    }

    private Operand<TFloat32> product(
        Ops tf, Operand<TFloat32> a, Operand<TFloat32> b, boolean turnA, boolean turnB) {
      return products.batchMatMul(tf, a, b, turnA, turnB);
    }
  }

  /** The last column of [B, h, rows, columns]. */
  private static Operand<TFloat32> last(Ops tf, Operand<TFloat32> x) {
    Operand<TInt32> columns = tf.slice(tf.shape(x), tf.array(3), tf.array(1));
    return tf.slice(
        x,
        tf.concat(List.of(tf.array(0, 0, 0), tf.math.sub(columns, tf.array(1))), tf.constant(0)),
        tf.array(-1, -1, -1, 1));
  }

  private static Operand<TFloat32> butLast(Ops tf, Operand<TFloat32> x, int count) {
    Operand<TInt32> shape = tf.shape(x);
    return tf.slice(x, tf.array(0, 0, 0, 0), tf.math.sub(shape, tf.array(0, 0, 0, count)));
  }

  /** The next block, and what stays as it is. */
  private static List<Operand<?>> passed(Ops tf, List<Operand<?>> x) {
    List<Operand<?>> passed = new ArrayList<>();
    passed.add(tf.math.add(whole(x.get(0)), tf.constant(1)));
    x.subList(1, x.size()).forEach(one -> passed.add(tf.identity(one)));
    return passed;
  }

  /** One of the blocks [blocks, B, h, rows, w]: [B, h, rows, w]. */
  private static Operand<TFloat32> block(Ops tf, Operand<?> x, Operand<TInt32> i) {
    Operand<TInt32> none = tf.constant(0);
    Operand<TInt32> all = tf.constant(-1);
    Operand<TFloat32> one = tf.slice(
        numbers(x),
        tf.stack(List.of(i, none, none, none, none)),
        tf.stack(List.of(tf.constant(1), all, all, all, all)));
    return tf.squeeze(one, org.tensorflow.op.core.Squeeze.axis(List.of(0L)));
  }

  private static Operand<TFloat32> written(
      Ops tf, Operand<?> all, Operand<TInt32> i, Operand<TFloat32> block) {
    return tf.inplaceUpdate(
        numbers(all), tf.expandDims(i, tf.constant(0)), tf.expandDims(block, tf.constant(0)));
  }
}
