/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * What a part builds with: TensorFlow operations, named variables, mode and seeds, and the layers that the parts have
 * in common. A Net knows one sub-graph (training or inference) and one place in the model ({@link #scope}); two Nets
 * over the same {@link Variables} share their weights.
 *
 * <p>Masks and presence flags are float tensors of 1 (there) and 0 (not there). Names of layers are relative to the
 * scope. Variables follow Keras: a dense layer's {@code kernel} is [in, out].
 */
public final class Net {
  /** Added to attention scores of what is masked: large enough to vanish in a softmax, small enough to stay finite. */
  public static final float MASKED = -1e9f;

  private static final float LAYER_NORM_EPSILON = 1e-5f;
  private static final float BATCH_NORM_EPSILON = 1e-5f;
  private static final float BATCH_NORM_MOMENTUM = 0.1f;

  private final Shared shared;
  private final String path;
  private final String view;

  /** What all scopes of one sub-graph share. */
  private record Shared(
      Ops tf,
      Variables variables,
      int embedDim,
      boolean training,
      long seed,
      Operand<TInt32> step,
      List<Op> updates,
      Map<String, Operand<TFloat32>> losses) {}

  private Net(Shared shared, String path, String view) {
    this.shared = shared;
    this.path = path;
    this.view = view;
  }

  /** A sub-graph for training: dropout is on, batch statistics are those of the batch. */
  public static Net training(
      Ops tf, Variables variables, int embedDim, long seed, Operand<TInt32> step) {
    return new Net(
        new Shared(
            tf, variables, embedDim, true, seed, step, new ArrayList<>(), new LinkedHashMap<>()),
        "",
        "");
  }

  /** A sub-graph for inference over the same variables. */
  public static Net inference(Ops tf, Variables variables, int embedDim) {
    return new Net(
        new Shared(
            tf, variables, embedDim, false, 0, null, new ArrayList<>(), new LinkedHashMap<>()),
        "",
        "");
  }

  /** TensorFlow's operations, for what the layers here do not offer. */
  public Ops tf() {
    return shared.tf;
  }

  /** d, the width of every modality's embedding. */
  public int embedDim() {
    return shared.embedDim;
  }

  /** Whether this is the training sub-graph. */
  public boolean training() {
    return shared.training;
  }

  /** The path of this scope, "" at the root. */
  public String path() {
    return path;
  }

  /** The same sub-graph one level down: names of layers made there are prefixed. */
  public Net scope(String name) {
    return new Net(shared, resolve(name), view);
  }

  /** The same place over the same variables; dropout and other random numbers are drawn anew for each name of a view. */
  public Net view(String name) {
    return new Net(shared, path, view + name + "|");
  }

  /**
   * The same place as at inference, inside the training sub-graph: no dropout, and batch normalisation by what was learned
   * before. For what is not to be trained.
   */
  public Net frozen() {
    return new Net(
        new Shared(
            shared.tf,
            shared.variables,
            shared.embedDim,
            false,
            shared.seed,
            shared.step,
            shared.updates,
            shared.losses),
        path,
        view);
  }

  /** Operations that a training step has to run beside the optimizer: running statistics. */
  public List<Op> updates() {
    return List.copyOf(shared.updates);
  }

  /** A trainable variable under this scope. */
  public Operand<TFloat32> variable(
      String name, Shape shape, Initializer initializer, boolean decay) {
    return shared.variables.get(resolve(name), shape, initializer, true, decay).value();
  }

  /**
   * A variable under this scope that is kept with the model and that no optimizer changes: what a part remembers from step
   * to step. It is changed by operations given to {@link #update}, which have to run after {@code value} was read.
   */
  public Variable memory(String name, Shape shape, Initializer initializer) {
    return shared.variables.get(resolve(name), shape, initializer, false, false);
  }

  /** Has an operation run in every training step. In an inference sub-graph it is never run. */
  public void update(Op operation) {
    shared.updates.add(operation);
  }

  /**
   * Adds a term to what training minimises, beside the experiment's losses: a part's own objective, such as a penalty of its
   * weights or the balance of its branches. It is added as it is, so the part weighs it. At inference, and in what is {@link
   * #frozen}, nothing is added.
   *
   * @param name what the term is called in this scope; within one {@link #view} each name once
   * @param scalar [], finite for every batch; a batch that it can learn nothing from has to give 0 with gradients of 0
   * @throws IllegalArgumentException if the term is no scalar, or has a name that is taken
   */
  public void addLoss(String name, Operand<TFloat32> scalar) {
    if (!training()) {
      return;
    }
    String key = view + resolve(name);
    Shape shape = scalar.shape();
    if (shape.numDimensions() > 0) {
      throw new IllegalArgumentException(
          "the loss " + key + " has the shape " + shape + "; it has to be a single number");
    }
    if (name.isBlank() || shared.losses.putIfAbsent(key, scalar) != null) {
      throw new IllegalArgumentException(
          name.isBlank() ? "a loss needs a name" : "the loss " + key + " was added before");
    }
  }

  /** What was {@linkplain #addLoss added} in all scopes of this sub-graph, by view, path and name, in the order of adding. */
  public Map<String, Operand<TFloat32>> losses() {
    return Collections.unmodifiableMap(new LinkedHashMap<>(shared.losses));
  }

  // ---------------------------------------------------------------- layers

  /** x W + b over the last axis: [..., in] to [..., units]. Glorot-uniform W, zero b. */
  public Operand<TFloat32> dense(String name, Operand<TFloat32> x, int units) {
    int in = lastDimension(x);
    Net layer = scope(name);
    Operand<TFloat32> w =
        layer.variable("kernel", Shape.of(in, units), Initializer.GLOROT_UNIFORM, true);
    Operand<TFloat32> b = layer.variable("bias", Shape.of(units), Initializer.ZEROS, false);
    Ops tf = tf();
    if (x.shape().numDimensions() == 2) {
      return tf.nn.biasAdd(tf.linalg.matMul(x, w), b);
    }
    Operand<TFloat32> flat = tf.reshape(x, tf.array(-1, in)); // [rows, in]
    Operand<TFloat32> y = tf.nn.biasAdd(tf.linalg.matMul(flat, w), b);
    return tf.reshape(y, shapeWithLast(x, units));
  }

  /** Normalises the last axis to mean 0 and variance 1, then scales and shifts (Ba et al. 2016). */
  public Operand<TFloat32> layerNorm(String name, Operand<TFloat32> x) {
    int d = lastDimension(x);
    Net layer = scope(name);
    Operand<TFloat32> gamma = layer.variable("gamma", Shape.of(d), Initializer.ONES, false);
    Operand<TFloat32> beta = layer.variable("beta", Shape.of(d), Initializer.ZEROS, false);
    Ops tf = tf();
    Operand<TFloat32> centred = tf.math.sub(x, mean(x, -1, true));
    Operand<TFloat32> variance = mean(tf.math.square(centred), -1, true);
    Operand<TFloat32> scale = tf.math.rsqrt(tf.math.add(variance, tf.constant(LAYER_NORM_EPSILON)));
    return tf.math.add(tf.math.mul(tf.math.mul(centred, scale), gamma), beta);
  }

  /**
   * Batch normalisation of x [B, F] (Ioffe and Szegedy 2015) over the rows that are there: absent rows neither enter
   * the statistics nor move the running averages. With fewer than two rows there, the running averages are used in
   * training too. Running averages as in PyTorch: momentum 0.1, unbiased variance.
   *
   * @param presence [B], 1 where the row is real
   */
  public Operand<TFloat32> batchNorm(String name, Operand<TFloat32> x, Operand<TFloat32> presence) {
    int f = lastDimension(x);
    Net layer = scope(name);
    Operand<TFloat32> gamma = layer.variable("gamma", Shape.of(f), Initializer.ONES, false);
    Operand<TFloat32> beta = layer.variable("beta", Shape.of(f), Initializer.ZEROS, false);
    Variable runningMean = layer.memory("moving_mean", Shape.of(f), Initializer.ZEROS);
    Variable runningVariance = layer.memory("moving_variance", Shape.of(f), Initializer.ONES);
    Ops tf = tf();
    Operand<TFloat32> mean = runningMean.value();
    Operand<TFloat32> variance = runningVariance.value();
    if (training()) {
      Operand<TFloat32> rows = tf.expandDims(presence, tf.constant(1)); // [B, 1]
      Operand<TFloat32> n = sum(presence, 0, false);
      Operand<TFloat32> atLeastOne = tf.math.maximum(n, tf.constant(1f));
      Operand<TFloat32> batchMean = tf.math.div(sum(tf.math.mul(x, rows), 0, false), atLeastOne);
      Operand<TFloat32> deviation = tf.math.mul(tf.math.square(tf.math.sub(x, batchMean)), rows);
      Operand<TFloat32> squares = sum(deviation, 0, false);
      Operand<TFloat32> batchVariance = tf.math.div(squares, atLeastOne);
      Operand<TFloat32> unbiased =
          tf.math.div(squares, tf.math.maximum(tf.math.sub(n, tf.constant(1f)), tf.constant(1f)));
      Operand<TFloat32> enough =
          tf.dtypes.cast(tf.math.greater(n, tf.constant(1.5f)), TFloat32.class);
      Operand<TFloat32> rate = tf.math.mul(enough, tf.constant(BATCH_NORM_MOMENTUM));
      shared.updates.add(tf.assignSubVariableOp(
          runningMean.handle(), tf.math.mul(rate, tf.math.sub(mean, batchMean))));
      shared.updates.add(tf.assignSubVariableOp(
          runningVariance.handle(), tf.math.mul(rate, tf.math.sub(variance, unbiased))));
      mean = blend(enough, batchMean, mean);
      variance = blend(enough, batchVariance, variance);
    }
    Operand<TFloat32> scale = tf.math.rsqrt(tf.math.add(variance, tf.constant(BATCH_NORM_EPSILON)));
    return tf.math.add(tf.math.mul(tf.math.mul(tf.math.sub(x, mean), scale), gamma), beta);
  }

  /** Sets elements to zero with probability rate and scales the rest by 1 / (1 - rate); the identity at inference. */
  public Operand<TFloat32> dropout(String name, Operand<TFloat32> x, double rate) {
    if (!training() || rate <= 0) {
      return x;
    }
    Ops tf = tf();
    Operand<TFloat32> kept = keepMask(name, tf.shape(x), rate);
    return tf.math.mul(x, tf.math.mul(kept, tf.constant((float) (1 / (1 - rate)))));
  }

  /**
   * A random mask: 1 with probability 1 - rate, else 0. It depends on the seed, the scope, the name and the training
   * step alone, so that a run can be repeated.
   */
  public Operand<TFloat32> keepMask(String name, Operand<TInt32> shape, double rate) {
    Ops tf = tf();
    Operand<TBool> keep = tf.math.greaterEqual(uniform(name, shape), tf.constant((float) rate));
    return tf.stopGradient(tf.dtypes.cast(keep, TFloat32.class));
  }

  /** Random numbers, uniform in [0, 1), new in every training step and repeatable as {@link #keepMask} is. */
  public Operand<TFloat32> uniform(String name, Operand<TInt32> shape) {
    return tf().stopGradient(tf().random.statelessRandomUniform(shape, seeds(name)));
  }

  /** Random numbers of the standard normal distribution, new in every training step and repeatable. */
  public Operand<TFloat32> normal(String name, Operand<TInt32> shape) {
    return tf().stopGradient(tf().random.statelessRandomNormal(shape, seeds(name)));
  }

  private Operand<TInt32> seeds(String name) {
    if (shared.step == null) {
      throw new IllegalStateException("nothing is random at inference: " + resolve(name));
    }
    long seed = Variables.seedOf(view + resolve(name), shared.seed);
    Ops tf = tf();
    return tf.stack(
        List.<Operand<TInt32>>of(tf.constant((int) (seed ^ (seed >>> 32))), shared.step));
  }

  /** Rows of a table [vocabulary, dim] for ids [...]: [..., dim]. Normal start, no weight decay. */
  public Operand<TFloat32> embedding(String name, Operand<TInt32> ids, int vocabulary, int dim) {
    Operand<TFloat32> table = scope(name)
        .variable("embeddings", Shape.of(vocabulary, dim), Initializer.NORMAL_002, false);
    return tf().gather(table, ids, tf().constant(0));
  }

  /** The exact (erf) Gaussian error linear unit (Hendrycks and Gimpel 2016). */
  public Operand<TFloat32> gelu(Operand<TFloat32> x) {
    Ops tf = tf();
    Operand<TFloat32> cdf = tf.math.mul(
        tf.constant(0.5f),
        tf.math.add(
            tf.constant(1f), tf.math.erf(tf.math.mul(x, tf.constant((float) Math.sqrt(0.5))))));
    return tf.math.mul(x, cdf);
  }

  /** max(x, 0). */
  public Operand<TFloat32> relu(Operand<TFloat32> x) {
    return tf().nn.relu(x);
  }

  /**
   * Sinusoidal encoding (Vaswani et al. 2017, 3.5) of real positions [...]: [..., dim], sine and cosine interleaved.
   *
   * @param dim an even number
   */
  public Operand<TFloat32> sinusoid(Operand<TFloat32> positions, int dim) {
    Ops tf = tf();
    float[] frequencies = new float[dim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = (float) Math.exp(2 * i * (-Math.log(10000.0) / dim));
    }
    Operand<TFloat32> angles = tf.math.mul(
        tf.expandDims(positions, tf.constant(-1)), tf.constant(frequencies)); // [..., dim/2]
    Operand<TFloat32> pairs = tf.stack(
        List.<Operand<TFloat32>>of(tf.math.sin(angles), tf.math.cos(angles)),
        org.tensorflow.op.core.Stack.axis(
            (long) positions.shape().numDimensions() + 1)); // [..., dim/2, 2]
    return tf.reshape(
        pairs,
        tf.concat(List.<Operand<TInt32>>of(tf.shape(positions), tf.array(dim)), tf.constant(0)));
  }

  /**
   * Pre-norm transformer layers and a final layer norm (Vaswani et al. 2017; Xiong et al. 2020 for the order). Padding
   * receives no attention.
   *
   * @param x [B, N, d]
   * @param mask [B, N]
   * @param heads a divisor of d
   */
  public Operand<TFloat32> transformer(
      String name,
      Operand<TFloat32> x,
      Operand<TFloat32> mask,
      int layers,
      int heads,
      int feedForward,
      double dropout) {
    Net stack = scope(name);
    for (int i = 0; i < layers; i++) {
      x = stack.scope("layer" + i).transformerLayer(x, mask, heads, feedForward, dropout);
    }
    return stack.layerNorm("norm", x);
  }

  private Operand<TFloat32> transformerLayer(
      Operand<TFloat32> x, Operand<TFloat32> mask, int heads, int feedForward, double dropout) {
    Ops tf = tf();
    int d = lastDimension(x);
    int width = headWidth(d, heads);
    Operand<TFloat32> qkv = dense("qkv", layerNorm("norm1", x), 3 * d); // [B, N, 3d]
    Operand<TInt32> shape = tf.shape(x);
    Operand<TInt32> b = tf.reshape(tf.slice(shape, tf.array(0), tf.array(1)), tf.array(1));
    Operand<TFloat32> split = tf.reshape(
        qkv, tf.concat(List.<Operand<TInt32>>of(b, tf.array(-1, 3, heads, width)), tf.constant(0)));
    Operand<TFloat32> ordered =
        tf.linalg.transpose(split, tf.array(2, 0, 3, 1, 4)); // [3, B, h, N, d/h]
    List<Operand<TFloat32>> parts = new ArrayList<>();
    tf.unstack(ordered, 3L).output().forEach(parts::add);
    Operand<TFloat32> scores = tf.math.mul(
        tf.linalg.einsum(List.of(parts.get(0), parts.get(1)), "bhnk,bhmk->bhnm"),
        tf.constant((float) (1 / Math.sqrt(width)))); // [B, h, N, N]
    Operand<TFloat32> weights = maskedSoftmax(scores, expand(mask, 1, 1));
    Operand<TFloat32> context = tf.linalg.einsum(List.of(weights, parts.get(2)), "bhnm,bhmk->bnhk");
    Operand<TFloat32> joined = tf.reshape(context, shape);
    x = tf.math.add(x, dropout("drop1", dense("output", keepStatic(joined, x), d), dropout));
    Operand<TFloat32> hidden = gelu(dense("ff1", layerNorm("norm2", x), feedForward));
    Operand<TFloat32> update = dense("ff2", dropout("drop2", hidden, dropout), d);
    return tf.math.add(x, dropout("drop3", update, dropout));
  }

  /** What attention pooling returns: the pooled vector [B, d] and the weights [B, N] (zero on padding). */
  public record Pooled(Operand<TFloat32> embedding, Operand<TFloat32> weights) {}

  /**
   * Attention pooling (Ilse et al. 2018, eq. 8): weights softmax(v tanh(W x)) over what is not padding. A sequence that
   * is all padding pools to zero.
   *
   * @param x [B, N, d]
   * @param mask [B, N]
   */
  public Pooled attentionPool(
      String name, Operand<TFloat32> x, Operand<TFloat32> mask, int hidden) {
    Ops tf = tf();
    Net pool = scope(name);
    Operand<TFloat32> score =
        pool.dense("score", tf.math.tanh(pool.dense("hidden", x, hidden)), 1); // [B, N, 1]
    Operand<TFloat32> weights =
        maskedSoftmax(tf.squeeze(score, org.tensorflow.op.core.Squeeze.axis(List.of(-1L))), mask);
    return new Pooled(tf.linalg.einsum(List.of(weights, x), "bn,bnd->bd"), weights);
  }

  /**
   * Softmax over the last axis with masked places left out before normalisation. Where everything is masked the
   * weights are zero, never NaN.
   *
   * @param mask broadcastable to the scores
   */
  public Operand<TFloat32> maskedSoftmax(Operand<TFloat32> scores, Operand<TFloat32> mask) {
    Ops tf = tf();
    // replaced, not shifted: a score of any size behind the mask leaves no trace
    Operand<TFloat32> hidden = tf.math.mul(tf.math.sub(tf.constant(1f), mask), tf.constant(MASKED));
    Operand<TFloat32> kept = tf.math.add(tf.math.mul(scores, mask), hidden);
    return tf.math.mul(tf.nn.softmax(kept), mask);
  }

  // ---------------------------------------------------------------- helpers

  /** Mean along an axis. */
  public Operand<TFloat32> mean(Operand<TFloat32> x, int axis, boolean keepDims) {
    return tf().math.mean(x, tf().array(axis), org.tensorflow.op.math.Mean.keepDims(keepDims));
  }

  /** Sum along an axis. */
  public Operand<TFloat32> sum(Operand<TFloat32> x, int axis, boolean keepDims) {
    return tf().reduceSum(x, tf().array(axis), ReduceSum.keepDims(keepDims));
  }

  /** Inserts axes of length 1 at the given places, one after the other. */
  public Operand<TFloat32> expand(Operand<TFloat32> x, int... axes) {
    for (int axis : axes) {
      x = tf().expandDims(x, tf().constant(axis));
    }
    return x;
  }

  /** The width of one head of d split into heads; d has to divide evenly. */
  public static int headWidth(int d, int heads) {
    if (heads < 1 || d % heads != 0) {
      throw new IllegalArgumentException(
          "embedDim " + d + " does not divide into " + heads + " heads");
    }
    return d / heads;
  }

  /** The static length of the last axis. */
  public static int lastDimension(Operand<?> x) {
    Shape shape = x.shape();
    long last = shape.numDimensions() < 1 ? -1 : shape.get(shape.numDimensions() - 1);
    if (last < 1) {
      throw new IllegalArgumentException("the last dimension of " + shape + " has to be known");
    }
    return Math.toIntExact(last);
  }

  private Operand<TFloat32> blend(Operand<TFloat32> w, Operand<TFloat32> a, Operand<TFloat32> b) {
    Ops tf = tf();
    return tf.math.add(tf.math.mul(w, a), tf.math.mul(tf.math.sub(tf.constant(1f), w), b));
  }

  private Operand<TFloat32> keepStatic(Operand<TFloat32> x, Operand<TFloat32> like) {
    return lastKnown(x) ? x : tf().reshape(x, shapeWithLast(like, lastDimension(like)));
  }

  private static boolean lastKnown(Operand<?> x) {
    return x.shape().numDimensions() > 0 && x.shape().get(x.shape().numDimensions() - 1) > 0;
  }

  private Operand<TInt32> shapeWithLast(Operand<TFloat32> x, int last) {
    Ops tf = tf();
    int leading = x.shape().numDimensions() - 1;
    return tf.concat(
        List.<Operand<TInt32>>of(
            tf.slice(tf.shape(x), tf.array(0), tf.array(leading)), tf.array(last)),
        tf.constant(0));
  }

  private String resolve(String name) {
    return path.isEmpty() ? name : path + "/" + name;
  }
}
