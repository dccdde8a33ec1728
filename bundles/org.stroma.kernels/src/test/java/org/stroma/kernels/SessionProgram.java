/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.stroma.nn.Kernels;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat32;

/**
 * The program that {@link SessionTest} runs on a newer Java: attention in graphs and sessions. Prints
 * a line for each thing that holds, and ends with an exception where one does not.
 */
public final class SessionProgram {
  private static final int HEADS = 3;
  private static final int WIDTH = 20;

  private SessionProgram() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 0) {
      System.out.println(Availability.available() ? "available" : "not available");
      return;
    }
    check("Java has what it takes", Availability.available());
    JavaKernels kernel = new JavaKernels(2);
    check("the label tells the width: " + kernel.label(), kernel.label().endsWith(" bits"));
    check("widths of 8 to 128", kernel.supports(8) && kernel.supports(40) && kernel.supports(128));
    check("no width of 3 or 1000", !kernel.supports(3) && !kernel.supports(1000));
    resultsAndGradientsArePlainOnes(kernel);
    selfAttentionIsThatOfItsParts(kernel);
    shapesAreKnown(kernel);
    wrongShapesAreASentence(kernel);
    severalRunsAtOnce(kernel);
    ElementProgram.elementsArePlainOnes(kernel, 210, 52);
    ElementProgram.elementsArePlainOnes(kernel, 2, 9_001);
    ElementProgram.dropoutIsThePlainOne(kernel, 210, 52);
    ElementProgram.dropoutIsThePlainOne(kernel, 3, 1_001);
    kernel.close();
    resultsAndGradientsArePlainOnes(kernel);
    ElementProgram.elementsArePlainOnes(kernel, 210, 52);
    anotherBundleRegistersAnew();
    System.out.println("done");
    System.exit(0);
  }

  static void check(String what, boolean holds) {
    if (!holds) {
      throw new AssertionError(what);
    }
    System.out.println("ok: " + what);
  }

  private static Placeholder<TFloat32> input(Ops tf, long... shape) {
    return tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(shape)));
  }

  private static TFloat32 tensor(float[] x, long... shape) {
    return TFloat32.tensorOf(Shape.of(shape), DataBuffers.of(x));
  }

  static float[] read(Result result, int index) {
    TFloat32 tensor = (TFloat32) result.get(index);
    float[] x = new float[(int) tensor.size()];
    tensor.asRawTensor().data().asFloats().read(x);
    return x;
  }

  /** A graph with attention and the gradients of the sum of its squares. */
  private static final class Model implements AutoCloseable {
    final Graph graph = new Graph();
    final Ops tf = Ops.create(graph);
    final Placeholder<TFloat32> q = input(tf, -1, -1, HEADS, WIDTH);
    final Placeholder<TFloat32> k = input(tf, -1, -1, HEADS, WIDTH);
    final Placeholder<TFloat32> v = input(tf, -1, -1, HEADS, WIDTH);
    final Placeholder<TFloat32> mask = input(tf, -1, -1);
    final Operand<TFloat32> out;
    final Output<?>[] gradients;
    final Session session;

    /** @param kernel null for TensorFlow's operations */
    Model(Kernels kernel) {
      out = kernel == null ? plain() : kernel.attention(tf, q, k, v, mask);
      Operand<TFloat32> loss =
          tf.reduceSum(tf.math.square(out), tf.range(tf.constant(0), tf.rank(out), tf.constant(1)));
      gradients = graph.addGradients(
          loss.asOutput(), new Output<?>[] {q.asOutput(), k.asOutput(), v.asOutput()});
      session = new Session(graph);
    }

    private Operand<TFloat32> plain() {
      Operand<TFloat32> scores =
          tf.math.mul(tf.linalg.einsum(List.of(q, k), "bnhd,bmhd->bhnm"), tf.constant((float)
              (1 / Math.sqrt(WIDTH))));
      Operand<TFloat32> shown = tf.expandDims(tf.expandDims(mask, tf.constant(1)), tf.constant(1));
      Operand<TFloat32> hidden =
          tf.math.mul(tf.math.sub(shown, tf.constant(1f)), tf.constant(1e9f));
      Operand<TFloat32> weights = tf.nn.softmax(tf.math.add(scores, hidden));
      return tf.linalg.einsum(List.of(weights, v), "bhnm,bmhd->bnhd");
    }

    List<float[]> run(Case c) {
      Sizes s = c.sizes;
      try (TFloat32 a = tensor(c.q, s.batch(), s.queries(), HEADS, WIDTH);
          TFloat32 b = tensor(c.k, s.batch(), s.keys(), HEADS, WIDTH);
          TFloat32 d = tensor(c.v, s.batch(), s.keys(), HEADS, WIDTH);
          TFloat32 m = tensor(c.mask, s.batch(), s.keys())) {
        Session.Runner runner =
            session.runner().feed(q, a).feed(k, b).feed(v, d).feed(mask, m).fetch(out);
        for (Output<?> gradient : gradients) {
          runner.fetch(gradient);
        }
        try (Result result = runner.run()) {
          List<float[]> all = new ArrayList<>();
          for (int i = 0; i < 4; i++) {
            all.add(read(result, i));
          }
          return all;
        }
      }
    }

    @Override
    public void close() {
      session.close();
      graph.close();
    }
  }

  private static Case example() {
    Case c = new Case(new Sizes(2, 130, 310, HEADS, WIDTH), 1, 1);
    c.tail(1, 70);
    return c;
  }

  private static void resultsAndGradientsArePlainOnes(Kernels kernel) {
    try (Model ours = new Model(kernel);
        Model plain = new Model(null)) {
      List<float[]> got = ours.run(example());
      List<float[]> expected = plain.run(example());
      double worst = 0;
      for (int i = 0; i < got.size(); i++) {
        worst = Math.max(worst, error(got.get(i), expected.get(i)));
      }
      check("result and gradients are those of TensorFlow's operations", worst < 1e-5);
    }
  }

  private static void selfAttentionIsThatOfItsParts(Kernels kernel) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Random random = new Random(6);
      Operand<TFloat32> qkv = numbers(tf, random, 2, 90, 3, HEADS, WIDTH);
      Operand<TFloat32> weights = numbers(tf, random, 2, 90, HEADS, WIDTH);
      float[] there = new float[2 * 90];
      Arrays.fill(there, 0, 150, 1f);
      Operand<TFloat32> mask = tf.constant(Shape.of(2, 90), DataBuffers.of(there));
      Operand<TFloat32> shown = tf.expandDims(tf.expandDims(mask, tf.constant(2)), tf.constant(3));
      List<Output<TFloat32>> parts = tf.unstack(qkv, 3L, Unstack.axis(2L)).output();
      Operand<TFloat32> ofParts =
          tf.math.mul(kernel.attention(tf, parts.get(0), parts.get(1), parts.get(2), mask), shown);
      List<Operand<TFloat32>> values = new ArrayList<>();
      for (Operand<TFloat32> out : List.of(kernel.selfAttention(tf, qkv, mask), ofParts)) {
        Operand<TFloat32> loss =
            tf.reduceSum(tf.math.mul(tf.math.mul(out, shown), weights), tf.array(0, 1, 2, 3));
        @SuppressWarnings("unchecked")
        Output<TFloat32> gradient = (Output<TFloat32>)
            graph.addGradients(loss.asOutput(), new Output<?>[] {qkv.asOutput()})[0];
        values.add(out);
        values.add(gradient);
      }
      try (Session session = new Session(graph)) {
        Session.Runner runner = session.runner();
        values.forEach(runner::fetch);
        try (Result result = runner.run()) {
          check(
              "self-attention is that of its parts", error(read(result, 0), read(result, 2)) == 0);
          check("and so are its gradients", error(read(result, 1), read(result, 3)) == 0);
        }
      }
    }
  }

  static Operand<TFloat32> numbers(Ops tf, Random random, long... shape) {
    float[] x = new float[(int) Shape.of(shape).size()];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return tf.constant(Shape.of(shape), DataBuffers.of(x));
  }

  /** The largest difference, beside the largest number. */
  static double error(float[] got, float[] expected) {
    double largest = 0;
    double error = 0;
    for (int j = 0; j < got.length; j++) {
      largest = Math.max(largest, Math.abs(expected[j]));
      error = Math.max(error, Math.abs(got[j] - expected[j]));
    }
    return error / largest;
  }

  private static void shapesAreKnown(Kernels kernel) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> kv = input(tf, 2, -1, HEADS, WIDTH);
      Operand<TFloat32> out =
          kernel.attention(tf, input(tf, 2, 7, HEADS, WIDTH), kv, kv, input(tf, 2, -1));
      check("the shape is that of the queries", out.shape().equals(Shape.of(2, 7, HEADS, WIDTH)));
      Operand<TFloat32> any = tf.placeholder(TFloat32.class);
      Operand<TFloat32> unknown = kernel.attention(tf, any, any, any, any);
      check("or four axes of any length", unknown.shape().numDimensions() == 4);
      Operand<TFloat32> self =
          kernel.selfAttention(tf, input(tf, 2, 7, 3, HEADS, WIDTH), input(tf, 2, 7));
      check("that of elements is theirs", self.shape().equals(Shape.of(2, 7, HEADS, WIDTH)));
      try (Session session = new Session(graph)) {
        Operand<TFloat32> pairs = numbers(tf, new Random(1), 1, 4, 2, HEADS, WIDTH);
        session
            .runner()
            .fetch(kernel.selfAttention(tf, pairs, tf.constant(new float[1][4])))
            .run();
        throw new AssertionError("queries and keys without values were taken");
      } catch (RuntimeException e) {
        check(
            "what is not three is told",
            e.getMessage().startsWith("self-attention takes queries, keys and values [B, N, 3")
                && e.getMessage().contains("[1, 4, 2, 3, 20], [1, 4]"));
      }
      Operand<TFloat32> flat = input(tf, 5, 6);
      try {
        kernel.attention(tf, flat, kv, kv, input(tf, 2, -1));
        throw new AssertionError("queries without heads were taken");
      } catch (IllegalArgumentException e) {
        check("a wrong rank is told", e.getMessage().contains("must be rank 4 but is rank 2"));
      }
    }
  }

  private static void wrongShapesAreASentence(Kernels kernel) {
    try (Model model = new Model(kernel)) {
      Case c = example();
      Case other = new Case(new Sizes(2, 130, 300, HEADS, WIDTH), 1, 1);
      try (TFloat32 q = tensor(c.q, 2, 130, HEADS, WIDTH);
          TFloat32 k = tensor(c.k, 2, 310, HEADS, WIDTH);
          TFloat32 v = tensor(other.v, 2, 300, HEADS, WIDTH);
          TFloat32 mask = tensor(c.mask, 2, 310)) {
        model
            .session
            .runner()
            .feed(model.q, q)
            .feed(model.k, k)
            .feed(model.v, v)
            .feed(model.mask, mask)
            .fetch(model.out)
            .run();
        throw new AssertionError("keys and values of different lengths were taken");
      } catch (RuntimeException e) {
        check(
            "wrong lengths are told",
            e.getMessage().startsWith("attention takes queries [B, N, heads, width]")
                && e.getMessage().contains("[2, 300, 3, 20]"));
      }
    }
  }

  private static void severalRunsAtOnce(Kernels kernel) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(3);
    try (Model model = new Model(kernel)) {
      List<float[]> first = model.run(example());
      List<Callable<Boolean>> runs = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        runs.add(() -> {
          List<float[]> again = model.run(example());
          boolean same = true;
          for (int j = 0; j < first.size(); j++) {
            same &= Arrays.equals(first.get(j), again.get(j));
          }
          return same;
        });
      }
      boolean same = true;
      for (Future<Boolean> run : pool.invokeAll(runs)) {
        same &= run.get();
      }
      check("runs at the same time give the same bits", same);
    } finally {
      pool.shutdown();
    }
  }

  /** As when the bundle is updated: other classes, and TensorFlow knows the names already. */
  private static void anotherBundleRegistersAnew() throws Exception {
    URL[] path = {
      JavaKernels.class.getProtectionDomain().getCodeSource().getLocation(),
      SessionProgram.class.getProtectionDomain().getCodeSource().getLocation()
    };
    ClassLoader again = new URLClassLoader(path, SessionProgram.class.getClassLoader()) {
      @Override
      protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        boolean own = name.startsWith("org.stroma.kernels.") && findLoadedClass(name) == null;
        return own ? findClass(name) : super.loadClass(name, resolve);
      }
    };
    Class.forName(SessionProgram.class.getName(), true, again)
        .getMethod("again")
        .invoke(null);
  }

  /** Called in classes that were loaded a second time. */
  public static void again() {
    JavaKernels kernel = new JavaKernels(2);
    check("a second registration", kernel.supports(32));
    resultsAndGradientsArePlainOnes(kernel);
  }
}
