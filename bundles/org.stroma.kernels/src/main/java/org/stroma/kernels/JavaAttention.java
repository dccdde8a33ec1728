/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.stroma.nn.AttentionKernel;
import org.stroma.nn.graph.Gradients;
import org.stroma.settings.SettingKeys;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Attention as an operation of TensorFlow that is computed in Java, on the CPU. The operation is
 * registered when it is asked for first. A graph that has it runs in this process alone, and not in
 * one that loads the graph from a file.
 */
@Component(name = JavaAttention.NAME, enabled = false, service = AttentionKernel.class)
public final class JavaAttention implements AttentionKernel {
  static final String NAME = "org.stroma.kernels.JavaAttention";

  /** Widths of a head for which blocks stay in the caches. */
  private static final int SMALLEST = 4;

  private static final int LARGEST = 256;

  private static final Logger LOG = Logger.getLogger("org.stroma.kernels");

  private final Engine engine;

  private boolean asked;
  private AttentionOperations operations;

  /** Called by Declarative Services. */
  @Activate
  public JavaAttention(BundleContext context) {
    this(SettingKeys.THREADS.of(context::getProperty));
  }

  /** @param threads 0 for as many as there are processors */
  JavaAttention(int threads) {
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
  private synchronized AttentionOperations operations() {
    if (!asked) {
      asked = true;
      try {
        if (Gradients.available()) {
          operations = AttentionOperations.register(engine);
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
    AttentionOperations types = operations();
    if (types == null) {
      throw new IllegalStateException("attention is not computed in Java here");
    }
    Shape shape = q.shape();
    engine.warmUp(shape.numDimensions() == 4 ? shape.get(3) : Shape.UNKNOWN_SIZE);
    Output<TFloat32> out = tf.scope()
        .opBuilder(types.forward(), "Attention")
        .addInput(q.asOutput())
        .addInput(k.asOutput())
        .addInput(v.asOutput())
        .addInput(mask.asOutput())
        .build()
        .output(0);
    return Gradients.given(
        tf,
        out,
        List.of(q, k, v),
        (ops, value, inputs, outer) -> gradients(types, ops, value, inputs, outer));
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
    var builder = tf.scope().opBuilder(types.gradient(), "AttentionGradient");
    inputs.forEach(input -> builder.addInput(input.asOutput()));
    var gradient = builder
        .addInput(forward.input(inputs.size()))
        .addInput(forward.output(0))
        .addInput(forward.output(1))
        .addInput(outer.asOutput())
        .build();
    Output<TFloat32> dq = gradient.output(0);
    Output<TFloat32> dk = gradient.output(1);
    Output<TFloat32> dv = gradient.output(2);
    return List.of(dq, dk, dv);
  }

  /** Called by Declarative Services. Graphs that have the operation are computed by one thread now. */
  @Deactivate
  public void close() {
    engine.close();
  }
}
