/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.optimizer.adam;

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
 * Adam (Kingma and Ba 2015, algorithm 1) as in PyTorch: weight decay is added to the gradient and
 * thus enters both moments; {@code adamw} decouples it. Biases, gains of normalisation and
 * embeddings do not decay.
 */
@Component(configurationPid = Adam.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = Adam.Settings.class, factory = true)
@OptimizerPart("adam")
public final class Adam implements Optimizer {
  static final String PID = "org.stroma.optimizer.adam";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Adam",
      description = "Adam with weight decay as part of the gradient")
  public @interface Settings {
    @AttributeDefinition(description = "learning rate", min = "0", max = "10")
    double learningRate() default 1e-4;

    @AttributeDefinition(
        description = "weight decay, as part of the gradient",
        min = "0",
        max = "1000")
    double weightDecay() default 0;

    @AttributeDefinition(
        description = "decay of the mean of gradients",
        min = "0",
        max = "0.999999")
    double beta1() default 0.9;

    @AttributeDefinition(
        description = "decay of the mean of squared gradients",
        min = "0",
        max = "0.999999")
    double beta2() default 0.999;

    @AttributeDefinition(
        description = "added to the root of the mean of squared gradients",
        min = "1e-16",
        max = "1")
    double epsilon() default 1e-8;
  }

  private final Settings settings;

  @Activate
  public Adam(Settings settings) {
    this.settings = settings;
  }

  @Override
  public boolean elementwise() {
    return true;
  }

  @Override
  public List<Op> step(OptimizerContext context) {
    Ops tf = context.net().tf();
    Operand<TFloat32> beta1 = tf.constant((float) settings.beta1());
    Operand<TFloat32> beta2 = tf.constant((float) settings.beta2());
    Operand<TFloat32> power1 = tf.math.pow(beta1, context.step());
    Operand<TFloat32> power2 = tf.math.pow(beta2, context.step());
    Operand<TFloat32> rate =
        tf.math.mul(tf.constant((float) settings.learningRate()), context.scale());
    // TensorFlow's kernel adds epsilon before bias correction, PyTorch after it
    Operand<TFloat32> epsilon = tf.math.mul(
        tf.constant((float) settings.epsilon()),
        tf.math.sqrt(tf.math.sub(tf.constant(1f), power2)));
    List<Op> ops = new ArrayList<>();
    for (OptimizerContext.Gradient gradient : context.gradients()) {
      Variable variable = gradient.variable();
      ops.add(tf.train.resourceApplyAdam(
          variable.handle(),
          context.slot(variable, "m").handle(),
          context.slot(variable, "v").handle(),
          power1,
          power2,
          rate,
          beta1,
          beta2,
          epsilon,
          decayed(tf, gradient)));
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
