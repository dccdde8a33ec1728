/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.stroma.nn.graph.Variables;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** A graph of layers alone; the test kit's bench stands on these layers, and so cannot be had here. */
final class Bench implements AutoCloseable {
  final Graph graph = new Graph();
  final Ops tf = Ops.create(graph);
  final Variables variables = new Variables(tf);
  final Net net = Net.inference(tf, variables, 8);
  final Placeholder<TInt32> step = tf.placeholder(TInt32.class, Placeholder.shape(Shape.scalar()));
  final Net training = Net.training(tf, variables, 8, 7, step);
  private Session session;

  record Tensor(long[] shape, float[] numbers) {}

  /** The tensors that PyTorch made, by name. */
  static Map<String, Tensor> torch() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (BufferedReader in = new BufferedReader(new InputStreamReader(
        Bench.class.getResourceAsStream("layers.txt"), StandardCharsets.UTF_8))) {
      for (String line; (line = in.readLine()) != null; ) {
        String[] words = line.split(" ");
        float[] numbers = new float[words.length - 2];
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] = Float.parseFloat(words[i + 2]);
        }
        long[] shape =
            Arrays.stream(words[1].split("x")).mapToLong(Long::parseLong).toArray();
        tensors.put(words[0], new Tensor(shape, numbers));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return tensors;
  }

  /** A constant of which the graph knows the last axis alone, as of a batch. */
  Operand<TFloat32> input(Tensor tensor) {
    Shape shape = Shape.of(tensor.shape());
    long[] open = tensor.shape().clone();
    Arrays.fill(open, 0, open.length - 1, -1);
    return tf.placeholderWithDefault(
        tf.constant(shape, DataBuffers.of(tensor.numbers(), true, false)), Shape.of(open));
  }

  Operand<TFloat32> input(float... numbers) {
    return tf.constant(numbers);
  }

  Session session() {
    if (session == null) {
      session = new Session(graph);
    }
    return session;
  }

  /** PyTorch's weights into the variables of the same names. */
  void assign(Map<String, Tensor> torch) {
    Map<String, float[]> values = new LinkedHashMap<>();
    variables.all().forEach(v -> {
      Tensor weight = torch.get("weight:" + v.name());
      if (!Shape.of(weight.shape()).equals(v.shape())) {
        throw new IllegalStateException(v.name() + " is " + v.shape() + " here and "
            + Arrays.toString(weight.shape()) + " there");
      }
      values.put(v.name(), weight.numbers());
    });
    variables.assign(session(), values);
  }

  /** Start values of all variables. */
  Map<String, float[]> start(long seed) {
    variables.initialize(session(), seed);
    return variables.read(session());
  }

  float[] run(Operand<TFloat32> fetch) {
    try (TInt32 one = TInt32.scalarOf(1);
        var result = session().runner().feed(step, one).fetch(fetch).run()) {
      TFloat32 tensor = (TFloat32) result.get(0);
      float[] numbers = new float[Math.toIntExact(tensor.size())];
      tensor.asRawTensor().data().asFloats().read(numbers);
      return numbers;
    }
  }

  /** The gradient of a sum of all elements. */
  Operand<TFloat32> gradient(Operand<TFloat32> of, Operand<TFloat32> with) {
    Operand<TFloat32> sum = tf.reduceSum(tf.reshape(of, tf.array(-1)), tf.array(0));
    Output<?>[] made = graph.addGradients(sum.asOutput(), new Output<?>[] {with.asOutput()});
    @SuppressWarnings("unchecked")
    Operand<TFloat32> gradient = (Output<TFloat32>) made[0];
    return gradient;
  }

  @Override
  public void close() {
    if (session != null) {
      session.close();
    }
    graph.close();
  }
}
