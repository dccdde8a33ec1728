/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.encoder.transmil;

import java.util.List;
import org.stroma.nn.Initializer;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceMax;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Layers of Nystrom attention (Xiong et al. 2021, section 3.3) over sequences [B, L, d] whose first
 * tokens are real, with a depthwise convolution of the values beside it. softmax(q k') is
 * approximated by softmax(q k~') pinv(softmax(q~ k~')) softmax(q~ k'), with m landmarks q~, k~, the
 * means over runs of real tokens.
 */
final class Nystrom {
  /**
   * Result of a layer.
   *
   * @param x [B, L, d]
   * @param attention of the first token over all tokens, mean over heads [B, L]; an
   *     approximation, which may be negative
   */
  record Result(Operand<TFloat32> x, Operand<TFloat32> attention) {}

  private final Transmil.Settings settings;
  private final Operand<TFloat32> mask; // [B, L]
  private final Operand<TInt32> count; // [B, 1]

  /**
   * @param mask [B, L], 1 on the first count tokens
   * @param count [B, 1], at least 1
   */
  Nystrom(Transmil.Settings settings, Operand<TFloat32> mask, Operand<TInt32> count) {
    this.settings = settings;
    this.mask = mask;
    this.count = count;
  }

  /** x + W (attention(norm x) + convolution of the values). */
  Result layer(Net net, Operand<TFloat32> x) {
    Ops tf = net.tf();
    int d = net.embedDim();
    int width = Net.headWidth(d, settings.heads());
    int m = settings.landmarks() == 0 ? Math.max(1, d / 2) : settings.landmarks();
    Operand<TFloat32> kernel = net.scope("qkv")
        .variable("kernel")
        .shape(d, 3L * d)
        .initializer(Initializer.GLOROT_UNIFORM)
        .decay(true)
        .create();
    Operand<TFloat32> normed = net.layerNorm("norm", x);
    Operand<TFloat32> qkv = tf.reshape(
        net.matMul(tf.reshape(normed, tf.array(-1, d)), kernel),
        tf.concat(
            List.<Operand<TInt32>>of(leading(tf, x), tf.array(3 * d)),
            tf.constant(0))); // [B, L, 3d]
    qkv = tf.math.mul(qkv, net.expand(mask, 2));
    Operand<TFloat32> scaled =
        tf.math.mul(part(tf, qkv, 0, d), tf.constant((float) (1 / Math.sqrt(width))));
    Operand<TFloat32> keys = part(tf, qkv, d, d);
    Operand<TFloat32> values = part(tf, qkv, 2 * d, d);
    Runs runs = new Runs(net, m);
    Operand<TFloat32> q = heads(tf, scaled, width); // [B, h, L, d/h]
    Operand<TFloat32> k = heads(tf, keys, width);
    Operand<TFloat32> ql = heads(tf, runs.means(scaled), width); // [B, h, m, d/h]
    Operand<TFloat32> kl = heads(tf, runs.means(keys), width);

    Operand<TFloat32> columns = net.expand(runs.used, 1, 1); // [B, 1, 1, m]
    Operand<TFloat32> toLandmarks =
        net.maskedSoftmax(product(net, q, kl, "bhle,bhme->bhlm"), columns);
    Operand<TFloat32> between = net.maskedSoftmax(product(net, ql, kl, "bhle,bhme->bhlm"), columns);
    between = tf.math.mul(between, net.expand(runs.used, 1, 3));
    Operand<TFloat32> fromLandmarks =
        net.maskedSoftmax(product(net, ql, k, "bhme,bhle->bhml"), net.expand(mask, 1, 1));
    Operand<TFloat32> inverse = pseudoInverse(net, between, m);
    Operand<TFloat32> gathered =
        product(net, fromLandmarks, heads(tf, values, width), "bhml,bhle->bhme");
    Operand<TFloat32> context = product(
        net, toLandmarks, product(net, inverse, gathered, "bhij,bhje->bhie"), "bhlm,bhme->blhe");
    context = tf.math.add(tf.reshape(context, tf.shape(x)), local(net, values, width));
    context = tf.reshape(
        context, tf.concat(List.<Operand<TInt32>>of(leading(tf, x), tf.array(d)), tf.constant(0)));
    Operand<TFloat32> y =
        tf.math.add(x, net.dropout("drop", net.dense("output", context, d), settings.dropout()));

    Operand<TFloat32> first =
        tf.slice(toLandmarks, tf.array(0, 0, 0, 0), tf.array(-1, -1, 1, -1)); // [B, h, 1, m]
    first = product(
        net, product(net, first, inverse, "bhlm,bhmk->bhlk"), fromLandmarks, "bhlk,bhkn->bhn");
    return new Result(y, net.mean(first, 1, false));
  }

  /**
   * Approximate pseudo-inverse by the iteration of Xiong et al. 2021, eq. 11: Z starts at A' /
   * (|A|_1 |A|_inf) and becomes Z / 4 (13 I - A Z (15 I - A Z (7 I - A Z))). Each matrix uses its
   * own norm: the largest norm of the batch, as in other implementations, would make a bag depend
   * on the others. |A|_inf is 1, as rows of a softmax sum to 1. Empty rows and columns stay empty.
   */
  private Operand<TFloat32> pseudoInverse(Net net, Operand<TFloat32> a, int m) {
    Ops tf = net.tf();
    Operand<TFloat32> norm =
        tf.reduceMax(net.sum(a, 2, true), tf.array(3), ReduceMax.keepDims(true)); // [B, h, 1, 1]
    Operand<TFloat32> z = tf.math.div(tf.linalg.transpose(a, tf.array(0, 1, 3, 2)), norm);
    float[] unit = new float[m * m];
    for (int i = 0; i < m; i++) {
      unit[i * m + i] = 1;
    }
    Operand<TFloat32> eye = tf.reshape(tf.constant(unit), tf.array(m, m));
    for (int i = 0; i < settings.iterations(); i++) {
      Operand<TFloat32> az = product(net, a, z, "bhij,bhjk->bhik");
      Operand<TFloat32> inner = less(tf, 7, eye, az);
      inner = less(tf, 15, eye, product(net, az, inner, "bhij,bhjk->bhik"));
      inner = less(tf, 13, eye, product(net, az, inner, "bhij,bhjk->bhik"));
      z = tf.math.mul(product(net, z, inner, "bhij,bhjk->bhik"), tf.constant(0.25f));
    }
    return z;
  }

  private static Operand<TFloat32> less(
      Ops tf, float factor, Operand<TFloat32> eye, Operand<TFloat32> x) {
    return tf.math.sub(tf.math.mul(eye, tf.constant(factor)), x);
  }

  /**
   * Depthwise convolution of the values along the sequence, with one kernel per head; padding is
   * zero already: [B, L, d].
   */
  private Operand<TFloat32> local(Net net, Operand<TFloat32> values, int width) {
    Ops tf = net.tf();
    int heads = settings.heads();
    int kernel = settings.kernel();
    Operand<TFloat32> taps = net.scope("local")
        .variable("kernel")
        .shape(kernel, heads)
        .initializer(Initializer.GLOROT_UNIFORM)
        .decay(true)
        .create();
    Operand<TFloat32> each =
        tf.tile(net.expand(taps, 2), tf.array(1, 1, width)); // [kernel, h, d/h]
    Operand<TFloat32> filter = tf.reshape(each, tf.array(kernel, 1, heads * width, 1));
    Operand<TFloat32> moved = tf.nn.depthwiseConv2dNative(
        net.expand(values, 2), filter, List.of(1L, 1L, 1L, 1L), "SAME"); // [B, L, 1, d]
    return tf.reshape(moved, tf.shape(values));
  }

  /**
   * Divides the tokens of each sequence into at most m runs of equal length (the first is shorter
   * if needed). Sequences shorter than m have one token per run and leave landmarks unused.
   */
  private final class Runs {
    private final Net net;
    private final int m;
    private final Operand<TFloat32> used; // [B, m]
    private final Operand<TInt32> segment; // [B L]
    private final Operand<TInt32> segments; // scalar B m
    private final Operand<TFloat32> sizes; // [B m, 1], at least 1

    Runs(Net net, int m) {
      this.net = net;
      this.m = m;
      Ops tf = net.tf();
      Operand<TInt32> most = tf.constant(m);
      Operand<TInt32> run =
          tf.math.floorDiv(tf.math.add(count, tf.constant(m - 1)), most); // [B, 1]
      Operand<TInt32> missing = tf.math.sub(tf.math.mul(run, most), count);
      Operand<TInt32> skipped = tf.math.floorDiv(missing, run);
      Operand<TInt32> length = one(tf, tf.shape(mask), 1);
      Operand<TInt32> token = tf.range(tf.constant(0), length, tf.constant(1));
      Operand<TInt32> id =
          tf.math.sub(tf.math.floorDiv(tf.math.add(token, missing), run), skipped); // [B, L]
      id = tf.math.minimum(id, tf.constant(m - 1)); // padding, which is zero
      used = tf.dtypes.cast(
          tf.math.less(tf.range(tf.constant(0), most, tf.constant(1)), tf.math.sub(most, skipped)),
          TFloat32.class);
      Operand<TInt32> b = one(tf, tf.shape(mask), 0);
      Operand<TInt32> start = tf.expandDims(
          tf.math.mul(tf.range(tf.constant(0), b, tf.constant(1)), most), tf.constant(1));
      segment = tf.reshape(tf.math.add(id, start), tf.array(-1));
      segments = tf.math.mul(b, most);
      sizes = tf.math.maximum(sums(tf.reshape(mask, tf.array(-1, 1))), tf.constant(1f));
    }

    /** Means over runs: [B, L, d] with zero padding to [B, m, d]. */
    Operand<TFloat32> means(Operand<TFloat32> x) {
      Ops tf = net.tf();
      int d = Net.lastDimension(x);
      return tf.reshape(
          tf.math.div(sums(tf.reshape(x, tf.array(-1, d))), sizes), tf.array(-1, m, d));
    }

    private Operand<TFloat32> sums(Operand<TFloat32> rows) {
      return net.tf().math.unsortedSegmentSum(rows, segment, segments);
    }
  }

  /** Splits heads: [B, L, d] to [B, h, L, d/h]. */
  private Operand<TFloat32> heads(Ops tf, Operand<TFloat32> x, int width) {
    Operand<TInt32> split = tf.concat(
        List.<Operand<TInt32>>of(leading(tf, x), tf.array(settings.heads(), width)),
        tf.constant(0));
    return tf.linalg.transpose(tf.reshape(x, split), tf.array(0, 2, 1, 3));
  }

  private static Operand<TFloat32> part(Ops tf, Operand<TFloat32> x, int from, int size) {
    return tf.slice(x, tf.array(0, 0, from), tf.array(-1, -1, size));
  }

  private static Operand<TInt32> leading(Ops tf, Operand<TFloat32> x) {
    return tf.slice(tf.shape(x), tf.array(0), tf.array(2));
  }

  private static Operand<TInt32> one(Ops tf, Operand<TInt32> shape, int axis) {
    return tf.reshape(tf.slice(shape, tf.array(axis), tf.array(1)), tf.array(new int[0]));
  }

  private static Operand<TFloat32> product(
      Net net, Operand<TFloat32> a, Operand<TFloat32> b, String axes) {
    return net.einsum(axes, a, b);
  }
}
