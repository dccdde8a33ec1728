/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import org.tensorflow.ExecutionEnvironment;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Gradients that are given by a function, for operations that have none in TensorFlow or a poor one.
 *
 * <p>TensorFlow knows functions of gradients by the type of an operation, once a process. So one is registered for IdentityN, which has none
 * of its own, and the name of the operation tells which function is meant.
 */
public final class Gradients {
  private static final String CARRIER = "IdentityN";

  /** Weak in the graphs: no function here may hold a graph or what belongs to one. */
  private static final Map<ExecutionEnvironment, Map<String, Gradient>> GIVEN = new WeakHashMap<>();

  private static final boolean REGISTERED =
      TensorFlow.registerCustomGradient(CARRIER, Gradients::dispatch);

  private Gradients() {}

  /** The gradient of a value. It is kept as long as the graph: it must not hold operands, and may not throw anything. */
  @FunctionalInterface
  public interface Gradient {
    /**
     * Builds the gradients of the inputs.
     *
     * @param tf operations of the graph, which is locked: functions cannot be attached to it, and whoever asks for a shape waits for ever
     * @param value as it was computed
     * @param inputs as they were named
     * @param outer the gradient of the value
     * @return one for each input, of its shape
     */
    List<Operand<TFloat32>> of(
        Ops tf, Operand<TFloat32> value, List<Operand<TFloat32>> inputs, Operand<TFloat32> outer);
  }

  /** As {@link Gradient}, of a value that was computed with what is wanted once more. */
  @FunctionalInterface
  public interface KeptGradient {
    /**
     * Builds the gradients of the inputs.
     *
     * @param kept as they were named
     */
    List<Operand<TFloat32>> of(
        Ops tf, List<Operand<TFloat32>> inputs, List<Operand<?>> kept, Operand<TFloat32> outer);
  }

  /** Whether gradients can be given in this process: TensorFlow takes one function, of the first who asks. */
  public static boolean available() {
    return REGISTERED;
  }

  /**
   * A value whose gradient is given. What it was computed with has no other one.
   *
   * @param inputs that get a gradient
   * @return the value
   */
  public static Operand<TFloat32> given(
      Ops tf, Operand<TFloat32> value, List<Operand<TFloat32>> inputs, Gradient gradient) {
    return carried(tf, value, inputs, List.of(), gradient);
  }

  /**
   * As above.
   *
   * @param kept what the gradient is computed from besides the inputs, of any type
   */
  public static Operand<TFloat32> given(
      Ops tf,
      Operand<TFloat32> value,
      List<Operand<TFloat32>> inputs,
      List<Operand<?>> kept,
      KeptGradient gradient) {
    int count = inputs.size();
    // what is kept is among the inputs, as floats in name only
    return carried(tf, value, inputs, kept, (ops, same, all, outer) -> {
      List<Operand<TFloat32>> gradients = new ArrayList<>(gradient.of(
          ops, all.subList(0, count), List.copyOf(all.subList(count, all.size())), outer));
      // ends at the stop
      all.subList(count, all.size()).forEach(one -> gradients.add(ops.zerosLike(one)));
      return gradients;
    });
  }

  private static Operand<TFloat32> carried(
      Ops tf,
      Operand<TFloat32> value,
      List<Operand<TFloat32>> inputs,
      List<Operand<?>> kept,
      Gradient gradient) {
    if (!REGISTERED) {
      throw new IllegalStateException("gradients cannot be given in this process");
    }
    List<Operand<?>> carried = new ArrayList<>();
    carried.add(tf.stopGradient(value));
    carried.addAll(inputs);
    kept.forEach(one -> carried.add(tf.stopGradient(one)));
    Output<?> out = tf.identityN(carried).output().get(0);
    synchronized (GIVEN) {
      GIVEN
          .computeIfAbsent(tf.scope().env(), graph -> new ConcurrentHashMap<>())
          .put(out.op().name(), gradient);
    }
    @SuppressWarnings("unchecked")
    Operand<TFloat32> same = (Operand<TFloat32>) out;
    return same;
  }

  @SuppressWarnings("unchecked")
  private static List<Operand<?>> dispatch(Ops tf, GraphOperation op, List<Output<?>> outer) {
    Gradient gradient;
    synchronized (GIVEN) {
      gradient = GIVEN.getOrDefault(tf.scope().env(), Map.of()).get(op.name());
    }
    if (gradient == null) {
      // an IdentityN of somebody else's
      return List.copyOf(outer);
    }
    Operand<TFloat32> value = (Operand<TFloat32>) (Operand<?>) op.input(0);
    List<Operand<TFloat32>> inputs = new ArrayList<>();
    for (int i = 1; i < op.numInputs(); i++) {
      inputs.add((Operand<TFloat32>) (Operand<?>) op.input(i));
    }
    List<Operand<?>> all = new ArrayList<>();
    all.add(tf.zerosLike(value)); // ends at the stop
    all.addAll(gradient.of(tf, value, inputs, (Operand<TFloat32>) (Operand<?>) outer.get(0)));
    return all;
  }
}
