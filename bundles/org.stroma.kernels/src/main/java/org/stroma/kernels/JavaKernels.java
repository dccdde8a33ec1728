/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.stroma.nn.Kernels;
import org.stroma.nn.graph.Gradients;
import org.stroma.settings.SettingKeys;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Attention, layer normalisation, GELU and dropout as operations of TensorFlow that are computed in Java, on the CPU. The operations are
 * registered when they are asked for first. A graph that has them runs in this process alone, and not in
 * one that loads the graph from a file.
 */
@Component(name = JavaKernels.NAME, enabled = false, service = Kernels.class)
public final class JavaKernels implements Kernels {
  static final String NAME = "org.stroma.kernels.JavaKernels";

  /** Widths of a head for which blocks stay in the caches. */
  private static final int SMALLEST = 4;

  private static final int LARGEST = 256;

  private static final Logger LOG = Logger.getLogger("org.stroma.kernels");

  private final Engine engine;

  private boolean asked;
  private Operations operations;

  /** Called by Declarative Services. */
  @Activate
  public JavaKernels(BundleContext context) {
    this(SettingKeys.THREADS.of(context::getProperty));
  }

  /** @param threads 0 for as many as there are processors */
  JavaKernels(int threads) {
    engine = new Engine(threads);
  }

  @Override
  public String label() {
    return "kernels in Java, " + Lanes.SPECIES.vectorBitSize() + " bits";
  }

  @Override
  public boolean supports(int width) {
    return width >= SMALLEST && width <= LARGEST && Lanes.fused() && operations() != null;
  }

  /** The operations, registered once; null if TensorFlow did not take them. */
  private synchronized Operations operations() {
    if (!asked) {
      asked = true;
      try {
        if (Gradients.available()) {
          operations = Operations.register(engine);
        }
      } catch (Throwable t) { // a library or a function that is not there is an Error
        LOG.log(Level.WARNING, "attention is not computed in Java: " + t.getMessage(), t);
      }
    }
    return operations;
  }

  @Override
  public Operand<TFloat32> attention(
      Ops tf,
      Operand<TFloat32> q,
      Operand<TFloat32> k,
      Operand<TFloat32> v,
      Operand<TFloat32> mask) {
    Shape shape = q.shape();
    engine.warmUp(shape.numDimensions() == 4 ? shape.get(3) : Shape.UNKNOWN_SIZE);
    return attention(tf, needed().attention(), List.of(q, k, v), mask);
  }

  @Override
  public Operand<TFloat32> selfAttention(Ops tf, Operand<TFloat32> qkv, Operand<TFloat32> mask) {
    Shape shape = qkv.shape();
    engine.warmUp(shape.numDimensions() == 5 ? shape.get(4) : Shape.UNKNOWN_SIZE);
    return attention(tf, needed().self(), List.of(qkv), mask);
  }

  private static Operand<TFloat32> attention(
      Ops tf, AttentionOperations types, List<Operand<TFloat32>> inputs, Operand<TFloat32> mask) {
    List<Operand<TFloat32>> all = new ArrayList<>(inputs);
    all.add(mask);
    Output<TFloat32> out =
        operation(tf, types.forward(), types.layout().type(), all).output(0);
    return Gradients.given(
        tf, out, inputs, (ops, value, in, outer) -> gradients(types, ops, value, in, outer));
  }

  private Operations needed() {
    Operations found = operations();
    if (found == null) {
      throw new IllegalStateException("attention is not computed in Java here");
    }
    return found;
  }

  @Override
  public Operand<TFloat32> gelu(Ops tf, Operand<TFloat32> x) {
    ElementOperations types = needed().elements();
    engine.warmUp(0);
    Operand<TFloat32> y = operation(tf, types.gelu(), "Gelu", List.of(x)).output(0);
    return Gradients.given(tf, y, List.of(x), (ops, value, inputs, outer) -> {
      Operand<TFloat32> dx = operation(
              ops, types.geluGradient(), "GeluGradient", List.of(inputs.get(0), outer))
          .output(0);
      return List.of(dx);
    });
  }

  @Override
  public Operand<TFloat32> layerNorm(
      Ops tf, Operand<TFloat32> x, Operand<TFloat32> gamma, Operand<TFloat32> beta, float epsilon) {
    ElementOperations types = needed().elements();
    engine.warmUp(0);
    Operand<TFloat32> y = operation(
            tf, types.layerNorm(), "LayerNorm", List.of(x, gamma, beta, tf.constant(epsilon)))
        .output(0);
    return Gradients.given(tf, y, List.of(x, gamma, beta), (ops, value, inputs, outer) -> {
      Operation gradient = operation(
          ops,
          types.layerNormGradient(),
          "LayerNormGradient",
          List.of(inputs.get(0), inputs.get(1), ops.constant(epsilon), outer));
      Output<TFloat32> dx = gradient.output(0);
      Output<TFloat32> dgamma = gradient.output(1);
      Output<TFloat32> dbeta = gradient.output(2);
      return List.of(dx, dgamma, dbeta);
    });
  }

  /** With 64-bit products in one instruction, which came with AVX-512, a number is drawn in a fraction of TensorFlow's time. */
  @Override
  public boolean drops() {
    return Lanes.SPECIES.vectorBitSize() == 512 && operations() != null;
  }

  @Override
  public Operand<TFloat32> dropout(Ops tf, Operand<TFloat32> x, Operand<TInt32> seed, double rate) {
    String type = needed().elements().dropout();
    engine.warmUp(0);
    Operand<TFloat32> of = tf.constant(new float[] {(float) rate, (float) (1 / (1 - rate))});
    Operand<TFloat32> y = operation(tf, type, "Dropout", List.of(x, seed, of)).output(0);
    return Gradients.given(
        tf,
        y,
        List.of(x),
        List.of(seed, of),
        (ops, inputs, kept, outer) -> List.of(
            operation(ops, type, "DropoutGradient", List.of(outer, kept.get(0), kept.get(1)))
                .output(0)));
  }

  private static Operation operation(
      Ops tf, String type, String name, List<? extends Operand<?>> inputs) {
    var builder = tf.scope().opBuilder(type, name);
    for (Operand<?> input : inputs) {
      builder.addInput(input.asOutput());
    }
    return builder.build();
  }

  /** Holds no operands: what is needed besides the inputs is found in the graph. */
  private static List<Operand<TFloat32>> gradients(
      AttentionOperations types,
      Ops tf,
      Operand<TFloat32> value,
      List<Operand<TFloat32>> inputs,
      Operand<TFloat32> outer) {
    GraphOperation forward = (GraphOperation) value.op();
    while (!forward.type().equals(types.forward())) {
      forward = (GraphOperation) forward.input(0).op();
    }
    List<Operand<?>> all = new ArrayList<>(inputs);
    all.add(forward.input(inputs.size()));
    all.add(forward.output(0));
    all.add(forward.output(1));
    all.add(outer);
    Operation gradient = operation(tf, types.gradient(), types.layout().type() + "Gradient", all);
    List<Operand<TFloat32>> gradients = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Output<TFloat32> one = gradient.output(i);
      gradients.add(one);
    }
    return gradients;
  }

  /** Called by Declarative Services. Graphs that have the operation are computed by one thread now. */
  @Deactivate
  public void close() {
    engine.close();
  }
}
