/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.stroma.nn.Net;
import org.stroma.nn.Variable;
import org.stroma.nn.graph.Variables;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A graph with a training and an inference Net over the same variables, inputs that are fed by value, and gradients
 * checked by central differences.
 *
 * <pre>{@code
 * try (GraphBench bench = new GraphBench(16)) {
 *   Operand<TFloat32> x = bench.input(new float[] {1, 2, 3, 4}, 2, 2);
 *   Operand<TFloat32> y = bench.inference().dense("layer", x, 3);
 *   bench.initialize(7);
 *   float[] values = bench.run(y);
 * }
 * }</pre>
 */
public final class GraphBench implements AutoCloseable {
  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);
  private final Variables variables = new Variables(tf);
  private final Placeholder<TInt32> step =
      tf.placeholder(TInt32.class, Placeholder.shape(Shape.scalar()));
  private final Net training;
  private final Net inference;
  private final Map<Operand<?>, Object> feeds = new LinkedHashMap<>();
  private final Map<Operand<?>, Shape> shapes = new LinkedHashMap<>();
  private Session session;
  private int stepNumber = 1;

  /** @param embedDim the width that parts are built for */
  public GraphBench(int embedDim) {
    training = Net.training(tf, variables, embedDim, 7, step);
    inference = Net.inference(tf, variables, embedDim);
  }

  /** The sub-graph with dropout and batch statistics. */
  public Net training() {
    return training;
  }

  /** The sub-graph without. */
  public Net inference() {
    return inference;
  }

  /** The variables of both. */
  public Variables variables() {
    return variables;
  }

  /** Operations of the graph. */
  public Ops tf() {
    return tf;
  }

  /** A float input with a value; all dimensions but the last are unknown to the graph, as in a real batch. */
  public Operand<TFloat32> input(float[] value, long... shape) {
    Placeholder<TFloat32> input = tf.placeholder(TFloat32.class, Placeholder.shape(open(shape)));
    feeds.put(input, value);
    shapes.put(input, Shape.of(shape));
    return input;
  }

  /** An integer input with a value. */
  public Operand<TInt32> input(int[] value, long... shape) {
    Placeholder<TInt32> input = tf.placeholder(TInt32.class, Placeholder.shape(open(shape)));
    feeds.put(input, value);
    shapes.put(input, Shape.of(shape));
    return input;
  }

  /** A float input of which the graph knows no dimension, such as a mask [B, N]. */
  public Operand<TFloat32> openInput(float[] value, long... shape) {
    Placeholder<TFloat32> input = tf.placeholder(TFloat32.class, Placeholder.shape(unknown(shape)));
    feeds.put(input, value);
    shapes.put(input, Shape.of(shape));
    return input;
  }

  /** An integer input of which the graph knows no dimension, such as token ids [B, L]. */
  public Operand<TInt32> openInput(int[] value, long... shape) {
    Placeholder<TInt32> input = tf.placeholder(TInt32.class, Placeholder.shape(unknown(shape)));
    feeds.put(input, value);
    shapes.put(input, Shape.of(shape));
    return input;
  }

  /** Feeds another value of the same shape from now on. */
  public void feed(Operand<?> input, Object value) {
    feeds.put(input, value);
  }

  /** Feeds another value of another shape from now on. */
  public void feed(Operand<?> input, Object value, long... shape) {
    feeds.put(input, value);
    shapes.put(input, Shape.of(shape));
  }

  /** The numbers that a float input is fed now. */
  public float[] fed(Operand<TFloat32> input) {
    return ((float[]) feeds.get(input)).clone();
  }

  /** The number of the training step that dropout is drawn for. */
  public void step(int number) {
    stepNumber = number;
  }

  /** Gives all variables made so far their start values. */
  public void initialize(long seed) {
    variables.initialize(session(), seed);
  }

  /** The session, opened on first use. */
  public Session session() {
    if (session == null) {
      session = new Session(graph);
    }
    return session;
  }

  /** Runs what a training step runs beside the optimizer, such as running averages. */
  public void update() {
    List<Op> updates = training.updates();
    if (!updates.isEmpty()) {
      runAll(List.of(), updates);
    }
  }

  /** Runs one operand; the numbers come row by row. */
  public float[] run(Operand<TFloat32> fetch) {
    return runAll(List.of(fetch)).get(0);
  }

  /** Runs several operands at once. */
  public List<float[]> runAll(List<Operand<TFloat32>> fetches) {
    return runAll(fetches, List.of());
  }

  /** Runs operations at once, such as a step of an optimizer. */
  public void runOps(List<Op> operations) {
    runAll(List.of(), operations);
  }

  private List<float[]> runAll(List<Operand<TFloat32>> fetches, List<Op> targets) {
    List<Tensor> tensors = new ArrayList<>();
    Session.Runner runner = session().runner();
    feeds.forEach((input, value) -> {
      Tensor tensor = value instanceof float[] f
          ? TFloat32.tensorOf(shapes.get(input), DataBuffers.of(f, true, false))
          : TInt32.tensorOf(shapes.get(input), DataBuffers.of((int[]) value, true, false));
      tensors.add(tensor);
      runner.feed(input, tensor);
    });
    Tensor number = TInt32.scalarOf(stepNumber);
    tensors.add(number);
    runner.feed(step, number);
    fetches.forEach(runner::fetch);
    targets.forEach(runner::addTarget);
    try (var result = runner.run()) {
      List<float[]> values = new ArrayList<>();
      for (int i = 0; i < fetches.size(); i++) {
        TFloat32 tensor = (TFloat32) result.get(i);
        float[] value = new float[Math.toIntExact(tensor.shape().size())];
        tensor.asRawTensor().data().asFloats().read(value);
        values.add(value);
      }
      return values;
    } finally {
      tensors.forEach(Tensor::close);
    }
  }

  /** The gradients of a scalar, with respect to each operand. */
  public List<Operand<TFloat32>> gradients(
      Operand<TFloat32> scalar, List<? extends Operand<TFloat32>> of) {
    Output<?>[] with = of.stream().map(Operand::asOutput).toArray(Output<?>[]::new);
    Output<?>[] raw = graph.addGradients(scalar.asOutput(), with);
    List<Operand<TFloat32>> gradients = new ArrayList<>();
    for (int i = 0; i < raw.length; i++) {
      // an index below 0: reached through operations without a gradient alone
      if (raw[i] == null || raw[i].index() < 0) {
        gradients.add(tf.zerosLike(of.get(i)));
      } else {
        @SuppressWarnings("unchecked")
        Operand<TFloat32> gradient = (Output<TFloat32>) raw[i];
        gradients.add(tf.identity(gradient));
      }
    }
    return gradients;
  }

  /**
   * The largest disagreement between the graph's gradients and central differences over all variables: the scalar is
   * the output weighted by fixed random numbers, a few places of every variable are moved. The disagreement is
   * |a - n| / max(scale, |a|, |n|), where scale is a hundredth of the largest gradient of that variable, at least 1e-3.
   *
   * @param output any shape
   * @param step how far a value is moved, such as 1e-2 for float32
   */
  public double gradientError(Operand<TFloat32> output, float step) {
    return gradientError(output, step, variables.trainable());
  }

  /** As above, for some of the variables. */
  public double gradientError(Operand<TFloat32> output, float step, List<Variable> of) {
    if (of.isEmpty()) {
      throw new IllegalArgumentException("there is no variable, and so no gradient to check");
    }
    int size = run(output).length;
    Random random = new Random(11);
    float[] weights = new float[size];
    for (int i = 0; i < size; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    Operand<TFloat32> flat = tf.reshape(output, tf.array(-1));
    Operand<TFloat32> scalar = tf.reduceSum(tf.math.mul(flat, tf.constant(weights)), tf.array(0));
    List<float[]> analytic =
        runAll(gradients(scalar, of.stream().map(Variable::value).toList()));
    Map<String, float[]> start = variables.read(session());
    double worst = 0;
    for (int v = 0; v < of.size(); v++) {
      Variable variable = of.get(v);
      float[] value = start.get(variable.name());
      double scale = 1e-3;
      for (float g : analytic.get(v)) {
        scale = Math.max(scale, Math.abs(g) * 1e-2);
      }
      for (int k = 0; k < Math.min(6, value.length); k++) {
        int place = value.length <= 6 ? k : random.nextInt(value.length);
        double up = moved(scalar, variable, value, place, step);
        double down = moved(scalar, variable, value, place, -step);
        double numeric = (up - down) / (2.0 * step);
        double exact = analytic.get(v)[place];
        double error = Math.abs(numeric - exact)
            / Math.max(scale, Math.max(Math.abs(numeric), Math.abs(exact)));
        worst = Math.max(worst, error);
      }
      variables.assign(session(), Map.of(variable.name(), value));
    }
    return worst;
  }

  private double moved(
      Operand<TFloat32> scalar, Variable variable, float[] value, int place, float by) {
    float[] changed = value.clone();
    changed[place] += by;
    variables.assign(session(), Map.of(variable.name(), changed));
    return run(scalar)[0];
  }

  private static Shape unknown(long[] shape) {
    long[] unknown = new long[shape.length];
    Arrays.fill(unknown, -1);
    return Shape.of(unknown);
  }

  private static Shape open(long[] shape) {
    long[] open = shape.clone();
    for (int i = 0; i < open.length - 1; i++) {
      open[i] = -1;
    }
    if (open.length == 1) {
      open[0] = -1;
    }
    return Shape.of(open);
  }

  @Override
  public void close() {
    if (session != null) {
      session.close();
    }
    graph.close();
  }
}
