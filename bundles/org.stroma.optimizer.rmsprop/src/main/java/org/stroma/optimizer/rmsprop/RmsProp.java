/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.optimizer.rmsprop;

import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.Optimizer;
import org.stroma.api.OptimizerContext;
import org.stroma.api.OptimizerPart;
import org.stroma.nn.Variable;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * RMSprop (Tieleman and Hinton 2012, lecture 6.5) as in PyTorch: the gradient divided by the root
 * of the running mean of its squares plus epsilon (outside the root); with {@code centered} by the
 * root of the running variance (Graves 2013, eq. 38 to 42). Momentum applies to the quotient.
 * Biases, gains of normalisation and embeddings do not decay.
 */
@Component(configurationPid = RmsProp.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = RmsProp.Settings.class, factory = true)
@OptimizerPart("rmsprop")
public final class RmsProp implements Optimizer {
  static final String PID = "org.stroma.optimizer.rmsprop";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "RMSprop",
      description = "Gradients over the root of the mean of their squares")
  public @interface Settings {
    @AttributeDefinition(description = "learning rate", min = "0", max = "10")
    double learningRate() default 1e-4;

    @AttributeDefinition(
        description = "decay of the mean of squared gradients",
        min = "0",
        max = "0.999999")
    double alpha() default 0.99;

    @AttributeDefinition(
        description = "added to the root of the mean of squared gradients",
        min = "1e-16",
        max = "1")
    double epsilon() default 1e-8;

    @AttributeDefinition(
        description = "how much of the last step is taken again; 0 for none",
        min = "0",
        max = "0.999999")
    double momentum() default 0;

    @AttributeDefinition(description = "whether gradients are divided by their standard deviation")
    boolean centered() default false;

    @AttributeDefinition(
        description = "weight decay, as part of the gradient",
        min = "0",
        max = "1000")
    double weightDecay() default 0;
  }

  private final Settings settings;

  @Activate
  public RmsProp(Settings settings) {
    this.settings = settings;
  }

  @Override
  public boolean elementwise() {
    return true;
  }

  @Override
  public List<Op> step(OptimizerContext context) {
    Ops tf = context.net().tf();
    Operand<TFloat32> rate =
        tf.math.mul(tf.constant((float) settings.learningRate()), context.scale());
    Operand<TFloat32> kept = tf.constant((float) settings.alpha());
    Operand<TFloat32> taken = tf.constant((float) (1 - settings.alpha()));
    List<Op> ops = new ArrayList<>();
    for (OptimizerContext.Gradient gradient : context.gradients()) {
      Variable variable = gradient.variable();
      Operand<TFloat32> g = decayed(tf, gradient);
      Variable squares = context.slot(variable, "square");
      Operand<TFloat32> square =
          tf.math.add(tf.math.mul(squares.value(), kept), tf.math.mul(tf.math.square(g), taken));
      ops.add(tf.assignVariableOp(squares.handle(), square));
      Operand<TFloat32> spread = square;
      if (settings.centered()) {
        Variable means = context.slot(variable, "mean");
        Operand<TFloat32> mean =
            tf.math.add(tf.math.mul(means.value(), kept), tf.math.mul(g, taken));
        ops.add(tf.assignVariableOp(means.handle(), mean));
        // rounding can make the variance negative
        spread = tf.math.maximum(tf.math.sub(square, tf.math.square(mean)), tf.constant(0f));
      }
      Operand<TFloat32> update = tf.math.div(
          g, tf.math.add(tf.math.sqrt(spread), tf.constant((float) settings.epsilon())));
      if (settings.momentum() > 0) {
        Variable memory = context.slot(variable, "momentum");
        update = tf.math.add(
            tf.math.mul(memory.value(), tf.constant((float) settings.momentum())), update);
        ops.add(tf.assignVariableOp(memory.handle(), update));
      }
      ops.add(tf.assignSubVariableOp(variable.handle(), tf.math.mul(rate, update)));
    }
    return ops;
  }

  /** The gradient plus weight decay. */
  private Operand<TFloat32> decayed(Ops tf, OptimizerContext.Gradient gradient) {
    Variable variable = gradient.variable();
    if (!variable.decay() || settings.weightDecay() == 0) {
      return gradient.value();
    }
    return tf.math.add(gradient.value(), tf.math.mul(variable.value(), tf.constant((float)
        settings.weightDecay())));
  }
}
