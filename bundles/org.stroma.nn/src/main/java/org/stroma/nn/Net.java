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
 * over the same {@link VariableStore} share their weights.
 *
 * <p>Masks and presence flags are float tensors of 1 (there) and 0 (not there). Names of layers are relative to the
 * scope. Variables follow Keras: a dense layer's {@code kernel} is [in, out].
 */
public final class Net {
  /** Added to attention scores of what is masked: large enough to vanish in a softmax, small enough to stay finite. */
  public static final float MASKED = -1e9f;

  private final Shared shared;
  private final String path;
  private final String view;

  /** What all scopes of one sub-graph share. */
  private record Shared(
      Ops tf,
      VariableStore variables,
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
      Ops tf, VariableStore variables, int embedDim, long seed, Operand<TInt32> step) {
    return new Net(
        new Shared(
            tf, variables, embedDim, true, seed, step, new ArrayList<>(), new LinkedHashMap<>()),
        "",
        "");
  }

  /** A sub-graph for inference over the same variables. */
  public static Net inference(Ops tf, VariableStore variables, int embedDim) {
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

  /** A variable under this scope: the builder is told its shape and start, and makes it. */
  public VariableBuilder variable(String name) {
    return new VariableBuilder(shared.variables, resolve(name));
  }

  /**
   * A variable under this scope that is kept with the model and that no optimizer changes: what a part remembers from step
   * to step. It is changed by operations given to {@link #update}, which have to run after {@code value} was read.
   */
  public Variable memory(String name, Shape shape, Initializer initializer) {
    return shared.variables.variable(resolve(name), shape, initializer, false, false);
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
    Operand<TFloat32> w = layer
        .variable("kernel")
        .shape(in, units)
        .initializer(Initializer.GLOROT_UNIFORM)
        .decay(true)
        .create();
    Operand<TFloat32> b =
        layer.variable("bias").shape(units).initializer(Initializer.ZEROS).create();
    Ops tf = tf();
    if (x.shape().numDimensions() == 2) {
      return tf.nn.biasAdd(matMul(x, w), b);
    }
    Operand<TFloat32> flat = tf.reshape(x, tf.array(-1, in)); // [rows, in]
    Operand<TFloat32> y = tf.nn.biasAdd(matMul(flat, w), b);
    return tf.reshape(y, shapeWithLast(x, units));
  }

  /** Normalises the last axis to mean 0 and variance 1, then scales and shifts (Ba et al. 2016). */
  public Operand<TFloat32> layerNorm(String name, Operand<TFloat32> x) {
    return Normalization.layer(this, name, x);
  }

  /**
   * Batch normalisation of x [B, F] (Ioffe and Szegedy 2015) over the rows that are there: absent rows neither enter
   * the statistics nor move the running averages. With fewer than two rows there, the running averages are used in
   * training too. Running averages as in PyTorch: momentum 0.1, unbiased variance.
   *
   * @param presence [B], 1 where the row is real
   */
  public Operand<TFloat32> batchNorm(String name, Operand<TFloat32> x, Operand<TFloat32> presence) {
    return Normalization.batch(this, name, x, presence);
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
    long seed = Seeds.of(view + resolve(name), shared.seed);
    Ops tf = tf();
    return tf.stack(
        List.<Operand<TInt32>>of(tf.constant((int) (seed ^ (seed >>> 32))), shared.step));
  }

  /** Rows of a table [vocabulary, dim] for ids [...]: [..., dim]. Normal start, no weight decay. */
  public Operand<TFloat32> embedding(String name, Operand<TInt32> ids, int vocabulary, int dim) {
    Operand<TFloat32> table = scope(name)
        .variable("embeddings")
        .shape(vocabulary, dim)
        .initializer(Initializer.normal(0.02))
        .create();
    return tf().gather(table, ids, tf().constant(0));
  }

  /** An activation, element by element. */
  public Operand<TFloat32> activation(Activation activation, Operand<TFloat32> x) {
    return activation.apply(tf(), x);
  }

  /**
   * An activation by its name, such as "gelu".
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public Operand<TFloat32> activation(String name, Operand<TFloat32> x) {
    return activation(Activation.of(name), x);
  }

  /** The exact (erf) Gaussian error linear unit (Hendrycks and Gimpel 2016). */
  public Operand<TFloat32> gelu(Operand<TFloat32> x) {
    return activation(Activation.gelu, x);
  }

  /** max(x, 0). */
  public Operand<TFloat32> relu(Operand<TFloat32> x) {
    return activation(Activation.relu, x);
  }

  /**
   * The matrix product of a [rows, inner] and b [inner, columns]: [rows, columns].
   *
   * <p>Operands and result are float32, always: that is what parts meet in. A Net may compute the product in a lower
   * precision inside, where the experiment says so; so parts multiply by this method and {@link #einsum}, not by
   * TensorFlow's operations. Now it is float32 throughout.
   */
  public Operand<TFloat32> matMul(Operand<TFloat32> a, Operand<TFloat32> b) {
    return tf().linalg.matMul(a, b);
  }

  /**
   * A sum of products in Einstein's notation, such as {@code einsum("bnd,bmd->bnm", queries, keys)}, with the precision
   * of {@link #matMul}.
   */
  public Operand<TFloat32> einsum(String equation, Operand<TFloat32> a, Operand<TFloat32> b) {
    return tf().linalg.einsum(List.of(a, b), equation);
  }

  /**
   * Sinusoidal encoding (Vaswani et al. 2017, 3.5) of real positions [...]: [..., dim], sine and cosine interleaved.
   *
   * @param dim an even number
   */
  public Operand<TFloat32> sinusoid(Operand<TFloat32> positions, int dim) {
    return Attention.sinusoid(tf(), positions, dim);
  }

  /** Transformer layers: the builder is told their sizes and applied. */
  public Transformer transformer(String name) {
    return new Transformer(scope(name));
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
    return Attention.pool(this, name, x, mask, hidden);
  }

  /**
   * Softmax over the last axis with masked places left out before normalisation. Where everything is masked the
   * weights are zero, never NaN.
   *
   * @param mask broadcastable to the scores
   */
  public Operand<TFloat32> maskedSoftmax(Operand<TFloat32> scores, Operand<TFloat32> mask) {
    return Attention.maskedSoftmax(tf(), scores, mask);
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
