/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BiFunction;
import org.stroma.nn.AttentionMethod;
import org.stroma.nn.Net;
import org.stroma.nn.graph.Variables;
import org.stroma.onnxruntime.OnnxModels;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** A graph with random weights, computed by TensorFlow and, as an ONNX model, by ONNX Runtime. */
final class BothRuntimes implements AutoCloseable {
  /** Builds a graph: declares inputs and outputs. */
  interface Builder {
    void build(BothRuntimes graph);
  }

  /** Draws the numbers of an input of a shape: float[] or int[]. */
  private interface Drawn extends BiFunction<Random, long[], Object> {}

  private record Input(Operand<?> placeholder, List<String> axes, Drawn numbers) {}

  private static final double TOLERANCE = 1e-5;

  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);
  private final Net net;
  private final Variables variables;
  private final Map<String, Input> inputs = new LinkedHashMap<>();
  private final Map<String, Operand<?>> outputs = new LinkedHashMap<>();

  private BothRuntimes(int embedDim, Map<String, float[]> weights) {
    variables = weights == null ? new Variables(tf) : Variables.constant(tf, weights);
    net = Net.inference(tf, variables, embedDim).with(AttentionMethod.PLAIN);
  }

  /**
   * Both give the same of random inputs of all these sizes.
   *
   * @param sizes the lengths of axes, by name
   * @return the names of the variables
   */
  static Set<String> check(int embedDim, Builder builder, List<Map<String, Long>> sizes) {
    Map<String, float[]> weights = new LinkedHashMap<>();
    Random random = new Random(3);
    try (BothRuntimes first = new BothRuntimes(embedDim, null)) {
      builder.build(first);
      first.variables.all().forEach(v -> {
        float[] values = gaussian(random, v.shape().size(), 0.5f);
        for (int i = 0; i < values.length; i++) {
          // variances are none below 0
          values[i] = v.trainable() ? values[i] : 0.5f + Math.abs(values[i]);
        }
        weights.put(v.name(), values);
      });
    }
    try (BothRuntimes second = new BothRuntimes(embedDim, weights)) {
      builder.build(second);
      second.compare(sizes);
    } catch (OrtException | IOException e) {
      throw new AssertionError(e.getMessage(), e);
    }
    return weights.keySet();
  }

  Net net() {
    return net;
  }

  Ops tf() {
    return tf;
  }

  /** Numbers from a normal distribution. */
  Operand<TFloat32> numbers(String name, String axes, int width) {
    return floats(name, axes, width, (r, shape) -> gaussian(r, count(shape), 1));
  }

  /** 1 and 0; the second row, if there is one, is 0 throughout. */
  Operand<TFloat32> mask(String name, String axes) {
    return floats(name, axes, 0, (r, shape) -> {
      float[] mask = new float[count(shape)];
      int row = mask.length / (int) shape[0];
      for (int i = 0; i < mask.length; i++) {
        mask[i] = i / row == 1 || r.nextInt(4) == 0 ? 0 : 1;
      }
      return mask;
    });
  }

  /** Whole numbers below a bound. */
  Operand<TInt32> integers(String name, String axes, int width, int below) {
    return input(name, TInt32.class, axes, width, (r, shape) -> {
      int[] values = new int[count(shape)];
      for (int i = 0; i < values.length; i++) {
        values[i] = r.nextInt(below);
      }
      return values;
    });
  }

  void output(String name, Operand<?> value) {
    outputs.put(name, tf.identity(value)); // what is an input too cannot be fetched
  }

  private Operand<TFloat32> floats(String name, String axes, int width, Drawn numbers) {
    return input(name, TFloat32.class, axes, width, numbers);
  }

  /** @param axes names of axes of open length, apart by blanks */
  private <T extends org.tensorflow.types.family.TType> Operand<T> input(
      String name, Class<T> type, String axes, int width, Drawn numbers) {
    List<String> names = List.of(axes.split(" "));
    long[] shape = new long[names.size() + (width > 0 ? 1 : 0)];
    java.util.Arrays.fill(shape, -1);
    if (width > 0) {
      shape[shape.length - 1] = width;
    }
    Placeholder<T> placeholder = tf.placeholder(type, Placeholder.shape(Shape.of(shape)));
    inputs.put(name, new Input(placeholder, names, numbers));
    return placeholder;
  }

  private void compare(List<Map<String, Long>> sizes) throws OrtException, IOException {
    try (Session session = new Session(graph);
        OrtSession onnx = OnnxModels.environment().createSession(model(session))) {
      for (Map<String, Long> size : sizes) {
        compare(session, onnx, size);
      }
    }
  }

  private byte[] model(Session session) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    List<OnnxTensor> in = new ArrayList<>();
    inputs.forEach((name, i) -> in.add(new OnnxTensor(name, i.placeholder(), i.axes())));
    List<OnnxTensor> out = new ArrayList<>();
    outputs.forEach((name, value) -> out.add(new OnnxTensor(name, value, List.of())));
    OnnxExport.model(
            session, in, out, Map.of(), new OnnxModel.Facts("test", "1", "a test", Map.of()))
        .writeTo(bytes);
    return bytes.toByteArray();
  }

  private void compare(Session session, OrtSession onnx, Map<String, Long> sizes)
      throws OrtException, IOException {
    Random random = new Random(5);
    Map<String, OnnxTensorLike> fed = new LinkedHashMap<>();
    List<Tensor> tensors = new ArrayList<>();
    Session.Runner runner = session.runner();
    for (Map.Entry<String, Input> entry : inputs.entrySet()) {
      Input input = entry.getValue();
      long[] shape = input.placeholder().shape().asArray();
      for (int i = 0; i < input.axes().size(); i++) {
        shape[i] = sizes.get(input.axes().get(i));
      }
      Object numbers = input.numbers().apply(random, shape);
      Tensor tensor = numbers instanceof float[] f
          ? TFloat32.tensorOf(Shape.of(shape), DataBuffers.of(f, true, false))
          : TInt32.tensorOf(Shape.of(shape), DataBuffers.of((int[]) numbers, true, false));
      tensors.add(tensor);
      runner.feed(input.placeholder(), tensor);
      fed.put(
          entry.getKey(),
          numbers instanceof float[] f
              ? ai.onnxruntime.OnnxTensor.createTensor(
                  OnnxModels.environment(), FloatBuffer.wrap(f), shape)
              : ai.onnxruntime.OnnxTensor.createTensor(
                  OnnxModels.environment(), IntBuffer.wrap((int[]) numbers), shape));
    }
    outputs.values().forEach(runner::fetch);
    try (var expected = runner.run();
        OrtSession.Result result = onnx.run(fed)) {
      int i = 0;
      for (String name : outputs.keySet()) {
        compare(name + " of " + sizes, expected.get(i++), (ai.onnxruntime.OnnxTensor)
            result.get(name).orElseThrow());
      }
    } finally {
      tensors.forEach(Tensor::close);
      fed.values().forEach(OnnxTensorLike::close);
    }
  }

  private static void compare(String what, Tensor expected, ai.onnxruntime.OnnxTensor actual)
      throws OrtException {
    assertArrayEquals(expected.shape().asArray(), actual.getInfo().getShape(), what);
    float[] wanted = numbers(expected);
    float[] got = numbers(actual);
    double scale = 1;
    for (float number : wanted) {
      scale = Math.max(scale, Math.abs(number));
    }
    for (int i = 0; i < wanted.length; i++) {
      if (Float.isNaN(wanted[i])) {
        assertTrue(Float.isNaN(got[i]), what);
      } else {
        assertEquals(wanted[i], got[i], TOLERANCE * scale, what + ", number " + i);
      }
    }
  }

  private static float[] numbers(Tensor tensor) {
    float[] numbers = new float[Math.toIntExact(tensor.shape().size())];
    if (tensor instanceof TInt32) {
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = tensor.asRawTensor().data().asInts().getInt(i);
      }
    } else {
      tensor.asRawTensor().data().asFloats().read(numbers);
    }
    return numbers;
  }

  private static float[] numbers(ai.onnxruntime.OnnxTensor tensor) {
    FloatBuffer floats = tensor.getFloatBuffer();
    if (floats != null) {
      float[] numbers = new float[floats.remaining()];
      floats.get(numbers);
      return numbers;
    }
    IntBuffer integers = tensor.getIntBuffer();
    float[] numbers = new float[integers.remaining()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = integers.get(i);
    }
    return numbers;
  }

  private static int count(long[] shape) {
    return Math.toIntExact(Shape.of(shape).size());
  }

  private static float[] gaussian(Random random, long count, float scale) {
    float[] numbers = new float[Math.toIntExact(count)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = scale * (float) random.nextGaussian();
    }
    return numbers;
  }

  @Override
  public void close() {
    graph.close();
  }
}
