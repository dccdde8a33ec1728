/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Context in which parts build their graph: TensorFlow operations, named variables, mode, seeds,
 * and common layers. A Net belongs to one sub-graph (training or inference) and one {@link #scope}
 * of the model; Nets over the same {@link VariableStore} share their weights.
 *
 * <p>Masks and presence flags are float tensors of 1 (present) and 0 (absent). Layer names are
 * relative to the scope. Variables follow Keras: the {@code kernel} of a dense layer is [in, out].
 */
public final class Net {
  /** Attention score of masked elements: small enough to vanish in a softmax, but finite. */
  public static final float MASKED = -1e9f;

  private final SubGraph shared;
  private final String path;
  private final String view;

  private Net(SubGraph shared, String path, String view) {
    this.shared = shared;
    this.path = path;
    this.view = view;
  }

  /**
   * A training sub-graph: dropout is active, and batch normalisation uses batch statistics.
   *
   * @param embedDim d, the width of embeddings
   * @param seed base of all random numbers
   * @param step the training step, a scalar; random numbers differ from step to step
   */
  public static Net training(
      Ops tf, VariableStore variables, int embedDim, long seed, Operand<TInt32> step) {
    return new Net(SubGraph.of(tf, variables, embedDim, true, seed, step), "", "");
  }

  /** An inference sub-graph over the same variables. */
  public static Net inference(Ops tf, VariableStore variables, int embedDim) {
    return new Net(SubGraph.of(tf, variables, embedDim, false, 0, null), "", "");
  }

  /** TensorFlow operations, for what the layers here do not cover. */
  public Ops tf() {
    return shared.tf();
  }

  /** d, the width of every modality's embedding. */
  public int embedDim() {
    return shared.embedDim();
  }

  /** Whether this is the training sub-graph. */
  public boolean training() {
    return shared.training();
  }

  /** The path of this scope; "" at the root. */
  public String path() {
    return path;
  }

  /** A child scope: names of layers built in it are prefixed with {@code name}. */
  public Net scope(String name) {
    return new Net(shared, resolve(name), view);
  }

  /** The same scope and variables with independent random numbers, as for dropout, for each view name. */
  public Net view(String name) {
    return new Net(shared, path, view + name + "|");
  }

  /** The same as at inference, within the training sub-graph: no dropout, running statistics. For frozen layers. */
  public Net frozen() {
    return new Net(shared.frozen(), path, view);
  }

  /** The same scope with another way to compute {@link #attention}. */
  public Net with(AttentionMethod method) {
    return new Net(shared.with(method), path, view);
  }

  /** The same scope with matrix products in another precision. */
  public Net with(MatrixProducts products) {
    return new Net(shared.with(products), path, view);
  }

  /**
   * Operations to run in each training step in addition to the optimizer, such as updates of
   * running statistics.
   */
  public List<Op> updates() {
    return updates(tf());
  }

  /**
   * The same behind what must have been computed before.
   *
   * @param after operations with control dependencies
   */
  public List<Op> updates(Ops after) {
    return shared.updates().stream().map(update -> update.apply(after)).toList();
  }

  /** Starts building a variable in this scope. */
  public VariableBuilder variable(String name) {
    return new VariableBuilder(shared.variables(), resolve(name));
  }

  /**
   * A variable in this scope that is saved with the model but not optimized: state of a part
   * between steps. Change it with operations passed to {@link #update}.
   */
  public Variable memory(String name, Shape shape, Initializer initializer) {
    return shared.variables().variable(resolve(name), shape, initializer, false, false);
  }

  /**
   * Adds an operation to every training step; never run at inference. It runs when loss and gradients are known and found to be numbers, so
   * that a step that is held back changes nothing.
   *
   * @param operation made with the operations that it is given
   */
  public void update(Function<Ops, Op> operation) {
    shared.updates().add(operation);
  }

  /**
   * Adds a term to the training objective beside the experiment's losses, such as a weight penalty
   * or a balance of branches. The part applies its own weight. Ignored at inference and in
   * {@link #frozen} scopes.
   *
   * @param name name of the term, unique within the scope and {@link #view}
   * @param scalar [], finite for every batch; zero with zero gradient for a batch without
   *     information
   * @throws IllegalArgumentException if the term is not a scalar or the name is taken
   */
  public void addLoss(String name, Operand<TFloat32> scalar) {
    if (!training()) {
      return;
    }
    String key = view + resolve(name);
    shared.addLoss(name, key, scalar);
  }

  /** The terms {@linkplain #addLoss added} in all scopes, by view, path and name, in insertion order. */
  public Map<String, Operand<TFloat32>> losses() {
    return Collections.unmodifiableMap(new LinkedHashMap<>(shared.losses()));
  }

  /** The seeds of what has been drawn in all scopes of this sub-graph. */
  public List<DrawSeed> draws() {
    return Collections.unmodifiableList(shared.draws());
  }

  /** x W + b over the last axis: [..., in] to [..., units]. Glorot-uniform W, zero b. */
  public Operand<TFloat32> dense(String name, Operand<TFloat32> x, int units) {
    return Dense.layer(this, name, x, units);
  }

  /** Normalises the last axis to mean 0 and variance 1, then scales and shifts (Ba et al. 2016). */
  public Operand<TFloat32> layerNorm(String name, Operand<TFloat32> x) {
    return Normalization.layer(this, name, x);
  }

  /**
   * Batch normalisation of x [B, F] (Ioffe and Szegedy 2015) over the present rows: absent rows
   * affect neither batch statistics nor running averages. With fewer than two present rows,
   * training uses the running averages too. Running averages are PyTorch's: momentum 0.1, unbiased
   * variance.
   *
   * @param presence [B], 1 if the row is present
   */
  public Operand<TFloat32> batchNorm(String name, Operand<TFloat32> x, Operand<TFloat32> presence) {
    return Normalization.batch(this, name, x, presence);
  }

  /**
   * Sets elements to zero with probability {@code rate} and scales the others by 1 / (1 - rate);
   * the identity at inference.
   */
  public Operand<TFloat32> dropout(String name, Operand<TFloat32> x, double rate) {
    return training() && rate > 0 ? Dropout.apply(this, name, x, rate) : x;
  }

  Operand<TBool> keep(String name, Operand<TInt32> shape, double rate) {
    return tf().math.greaterEqual(uniform(name, shape), tf().constant((float) rate));
  }

  /**
   * A random mask: 1 with probability 1 - rate, else 0. Depends only on seed, scope, name and
   * training step, so runs are reproducible.
   */
  public Operand<TFloat32> keepMask(String name, Operand<TInt32> shape, double rate) {
    return tf().stopGradient(tf().dtypes.cast(keep(name, shape, rate), TFloat32.class));
  }

  /** Uniform in [0, 1), different in each training step; reproducible like {@link #keepMask}. */
  public Operand<TFloat32> uniform(String name, Operand<TInt32> shape) {
    return tf().stopGradient(tf().random.statelessRandomUniform(shape, seeds(name)));
  }

  /** Standard normal random numbers, as {@link #uniform}. */
  public Operand<TFloat32> normal(String name, Operand<TInt32> shape) {
    return tf().stopGradient(tf().random.statelessRandomNormal(shape, seeds(name)));
  }

  Operand<TInt32> seeds(String name) {
    if (shared.step() == null) {
      throw new IllegalStateException("nothing is random at inference: " + resolve(name));
    }
    return tf().stack(List.<Operand<TInt32>>of(shared.draw(view + resolve(name)), shared.step()));
  }

  /**
   * Embedding lookup for ids [...]: [..., dim]. The table [vocabulary, dim] is initialised with a
   * normal distribution (standard deviation 0.02) and has no weight decay.
   */
  public Operand<TFloat32> embedding(String name, Operand<TInt32> ids, int vocabulary, int dim) {
    Operand<TFloat32> table = scope(name)
        .variable("embeddings")
        .shape(vocabulary, dim)
        .initializer(Initializer.normal(0.02))
        .create();
    return tf().gather(table, ids, tf().constant(0));
  }

  /** Applies an activation element-wise. */
  public Operand<TFloat32> activation(Activation activation, Operand<TFloat32> x) {
    Kernels kernels = activation == Activation.gelu ? shared.ofTokens(x) : null;
    return kernels == null ? activation.apply(tf(), x) : kernels.gelu(tf(), x);
  }

  /**
   * Applies an activation by name, such as "gelu".
   *
   * @throws IllegalArgumentException if there is no such activation
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
   * <p>Operands and result are always float32. The product is computed in what the experiment asks for, so parts should use this
   * method and {@link #einsum} instead of TensorFlow's operations.
   */
  public Operand<TFloat32> matMul(Operand<TFloat32> a, Operand<TFloat32> b) {
    return shared.products().matMul(tf(), a, b);
  }

  /**
   * Einstein summation of two operands, such as {@code einsum("bnd,bmd->bnm", queries, keys)}, with
   * the precision of {@link #matMul}.
   */
  public Operand<TFloat32> einsum(String equation, Operand<TFloat32> a, Operand<TFloat32> b) {
    return shared.products().einsum(tf(), equation, a, b);
  }

  /**
   * Sinusoidal encoding (Vaswani et al. 2017, 3.5) of real positions [...]: [..., dim], sine and
   * cosine interleaved.
   *
   * @param dim an even number
   */
  public Operand<TFloat32> sinusoid(Operand<TFloat32> positions, int dim) {
    return Attention.sinusoid(tf(), positions, dim);
  }

  /**
   * softmax(q k' / sqrt(width)) v of each head over the keys whose mask is 1 (Vaswani et al. 2017, 3.2.1), computed as the machine does it
   * best. A row whose keys are all masked gives zero. Products have the precision of {@link #matMul}, but those of an {@link
   * Kernels}, which are float32 always; the softmax is float32.
   *
   * @param q [B, N, heads, width]; heads and width have to be known
   * @param k [B, M, heads, width]
   * @param v [B, M, heads, width]
   * @param mask [B, M], without a gradient
   * @return [B, N, heads, width]
   */
  public Operand<TFloat32> attention(
      Operand<TFloat32> q, Operand<TFloat32> k, Operand<TFloat32> v, Operand<TFloat32> mask) {
    return Attention.heads(this, q, k, v, mask);
  }

  /** Starts building transformer layers. */
  public Transformer transformer(String name) {
    return new Transformer(scope(name));
  }

  /**
   * Result of attention pooling: the pooled vector [B, d] and the weights [B, N], zero on padding.
   */
  public record Pooled(Operand<TFloat32> embedding, Operand<TFloat32> weights) {}

  /**
   * Attention pooling (Ilse et al. 2018, eq. 8): weights softmax(v tanh(W x)) over the unmasked
   * elements. A fully masked sequence gives zero.
   *
   * @param x [B, N, d]
   * @param mask [B, N]
   */
  public Pooled attentionPool(
      String name, Operand<TFloat32> x, Operand<TFloat32> mask, int hidden) {
    return Attention.pool(this, name, x, mask, hidden);
  }

  /**
   * Softmax over the last axis, excluding masked positions. Fully masked rows give zero weights,
   * not NaN.
   *
   * @param mask of 0 and 1, broadcastable to the scores; without a gradient
   */
  public Operand<TFloat32> maskedSoftmax(Operand<TFloat32> scores, Operand<TFloat32> mask) {
    return Attention.maskedSoftmax(this, scores, mask);
  }

  /** Mean along an axis. */
  public Operand<TFloat32> mean(Operand<TFloat32> x, int axis, boolean keepDims) {
    return tf().math.mean(x, tf().array(axis), org.tensorflow.op.math.Mean.keepDims(keepDims));
  }

  /** Sum along an axis. */
  public Operand<TFloat32> sum(Operand<TFloat32> x, int axis, boolean keepDims) {
    return tf().reduceSum(x, tf().array(axis), ReduceSum.keepDims(keepDims));
  }

  /** Inserts axes of length 1 at the given positions, one after the other. */
  public Operand<TFloat32> expand(Operand<TFloat32> x, int... axes) {
    for (int axis : axes) {
      x = tf().expandDims(x, tf().constant(axis));
    }
    return x;
  }

  /**
   * Width of one of {@code heads} heads, d / heads.
   *
   * @throws IllegalArgumentException if d is not divisible
   */
  public static int headWidth(int d, int heads) {
    if (heads < 1 || d % heads != 0) {
      throw new IllegalArgumentException(
          "embedDim " + d + " does not divide into " + heads + " heads");
    }
    return d / heads;
  }

  /**
   * The static length of the last axis.
   *
   * @throws IllegalArgumentException if it is unknown
   */
  public static int lastDimension(Operand<?> x) {
    Shape shape = x.shape();
    long last = shape.numDimensions() < 1 ? -1 : shape.get(shape.numDimensions() - 1);
    if (last < 1) {
      throw new IllegalArgumentException("the last dimension of " + shape + " has to be known");
    }
    return Math.toIntExact(last);
  }

  SubGraph shared() {
    return shared;
  }

  private String resolve(String name) {
    return path.isEmpty() ? name : path + "/" + name;
  }
}
