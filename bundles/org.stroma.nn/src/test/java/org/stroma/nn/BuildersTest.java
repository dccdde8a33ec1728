/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

class BuildersTest {
  private static String refused(Class<? extends RuntimeException> type, Executable code) {
    return assertThrows(type, code).getMessage();
  }

  @Test
  void aVariableIsWhatItsBuilderWasTold() {
    try (Bench bench = new Bench()) {
      Net net = bench.net.scope("place");
      Variable w = net.variable("w")
          .shape(2, 3)
          .initializer(Initializer.ONES)
          .decay(true)
          .create();
      assertEquals("place/w", w.name());
      assertEquals(Shape.of(2, 3), w.shape());
      assertTrue(w.trainable() && w.decay());
      Variable kept = net.variable("kept")
          .shape()
          .initializer(Initializer.ZEROS)
          .trainable(false)
          .create();
      assertFalse(kept.trainable() || kept.decay());
      assertEquals(List.of(w), bench.variables.trainable());
      assertSame(
          w,
          bench
              .training
              .scope("place")
              .variable("w")
              .shape(2, 3)
              .initializer(Initializer.ONES)
              .create(),
          "both sub-graphs share it");
      bench.start(1);
      assertArrayEquals(
          new float[] {2, 2, 2, 2, 2, 2}, bench.run(bench.tf.math.add(w, w)), "as an operand");
    }
  }

  @Test
  void aVariableThatIsNotToldEnoughOrWronglyIsRefused() {
    try (Bench bench = new Bench()) {
      Net net = bench.net.scope("a");
      assertEquals(
          "variable a/w has no shape; give it before create()",
          refused(
              IllegalStateException.class,
              () -> net.variable("w").initializer(Initializer.ONES).create()));
      assertEquals(
          "variable a/w has no initializer; give it before create()",
          refused(IllegalStateException.class, () -> net.variable("w").shape(1).create()));
      assertEquals(
          "the shape of variable a/w is [-1, 2]; each axis has to have a known length of at least 1",
          refused(IllegalArgumentException.class, () -> net.variable("w").shape(-1, 2)));
      assertTrue(refused(IllegalStateException.class, () -> net.variable("w")
              .shape(1)
              .initializer(Initializer.ONES)
              .trainable(false)
              .decay(true)
              .create())
          .startsWith("variable a/w is not trainable"));
      net.variable("w").shape(2).initializer(Initializer.ONES).create();
      assertEquals(
          "variable a/w has shape [2] and was asked for as [3]",
          refused(
              IllegalArgumentException.class,
              () -> net.variable("w").shape(3).initializer(Initializer.ONES).create()));
      assertTrue(bench.variables.all().size() == 1, "what was refused left nothing behind");
    }
  }

  @Test
  void aTransformerThatIsToldWronglyIsRefused() {
    try (Bench bench = new Bench()) {
      Net net = bench.net;
      assertTrue(
          refused(IllegalArgumentException.class, () -> net.transformer("t").heads(0))
              .startsWith("the number of heads of t is 0"));
      assertThrows(IllegalArgumentException.class, () -> net.transformer("t").layers(-1));
      assertThrows(IllegalArgumentException.class, () -> net.transformer("t").feedForward(-1));
      for (double rate : new double[] {-0.1, 1, Double.NaN}) {
        assertThrows(IllegalArgumentException.class, () -> net.transformer("t").dropout(rate));
      }
      Operand<TFloat32> x = bench.input(new Bench.Tensor(new long[] {1, 2, 6}, new float[12]));
      Operand<TFloat32> mask = bench.input(new Bench.Tensor(new long[] {1, 2}, new float[2]));
      assertThrows(
          IllegalArgumentException.class,
          () -> net.transformer("t").heads(4).apply(x, mask),
          "6 does not divide into 4 heads");
    }
  }

  @Test
  void anUntoldTransformerHasFourTimesTheWidthAndGelu() {
    try (Bench bench = new Bench()) {
      float[] numbers = {1, 2, -1, 0.5f, 3, -2, 0.1f, 1};
      Operand<TFloat32> x = bench.input(new Bench.Tensor(new long[] {1, 2, 4}, numbers));
      Operand<TFloat32> mask = bench.input(new Bench.Tensor(new long[] {1, 2}, new float[] {1, 1}));
      Operand<TFloat32> preset = bench.net.transformer("t").apply(x, mask);
      Operand<TFloat32> told = bench
          .net
          .transformer("t")
          .layers(1)
          .heads(1)
          .feedForward(16)
          .dropout(0)
          .activation(Activation.gelu)
          .apply(x, mask);
      Operand<TFloat32> other =
          bench.net.transformer("t").activation(Activation.relu).apply(x, mask);
      bench.start(1);
      assertArrayEquals(bench.run(told), bench.run(preset));
      assertFalse(java.util.Arrays.equals(bench.run(other), bench.run(preset)));
    }
  }

  @Test
  void productsAreThoseOfTensorFlow() {
    try (Bench bench = new Bench()) {
      Operand<TFloat32> a =
          bench.input(new Bench.Tensor(new long[] {2, 2}, new float[] {1, 2, 3, 4}));
      Operand<TFloat32> b =
          bench.input(new Bench.Tensor(new long[] {2, 2}, new float[] {5, 6, 7, 8}));
      float[] product = {19, 22, 43, 50};
      assertArrayEquals(product, bench.run(bench.net.matMul(a, b)));
      assertArrayEquals(product, bench.run(bench.net.einsum("ij,jk->ik", a, b)));
    }
  }

  /** No method or field that parts can reach leads to a session, however many types lie between. */
  @Test
  void noSessionIsInSightOfAPart() {
    Deque<Class<?>> open = new ArrayDeque<>(List.of(
        Net.class,
        Variable.class,
        VariableStore.class,
        VariableBuilder.class,
        Transformer.class,
        Initializer.class,
        Activation.class,
        Seeds.class));
    Set<Class<?>> seen = new HashSet<>(open);
    Set<String> found = new TreeSet<>();
    while (!open.isEmpty()) {
      Class<?> type = open.remove();
      for (Method method : type.getMethods()) {
        Set<Class<?>> named = new HashSet<>(List.of(method.getParameterTypes()));
        named.add(method.getReturnType());
        for (Class<?> next : named) {
          if (next == Session.class || next.getName().startsWith("org.stroma.nn.graph.")) {
            found.add(method.toString());
          }
          if (next.getName().startsWith("org.stroma.") && seen.add(next)) {
            open.add(next);
          }
        }
      }
    }
    assertEquals(Set.of(), found);
    assertTrue(seen.contains(Net.Pooled.class), "the search goes on");
  }
}
