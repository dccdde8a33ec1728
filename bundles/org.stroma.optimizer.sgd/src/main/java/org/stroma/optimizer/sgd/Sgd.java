/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.optimizer.sgd;

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
 * Stochastic gradient descent with momentum (Polyak 1964; Nesterov: Sutskever et al. 2013, section
 * 2) as in PyTorch: g = gradient + weightDecay * value, m = momentum * m + g, and value -= rate *
 * m, or rate * (g + momentum * m) with Nesterov momentum. Biases, gains of normalisation and
 * embeddings do not decay.
 */
@Component(configurationPid = Sgd.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = Sgd.Settings.class, factory = true)
@OptimizerPart("sgd")
public final class Sgd implements Optimizer {
  static final String PID = "org.stroma.optimizer.sgd";

  /** What can be set. */
  @ObjectClassDefinition(name = "SGD", description = "Stochastic gradient descent with momentum")
  public @interface Settings {
    @AttributeDefinition(description = "learning rate", min = "0", max = "10")
    double learningRate() default 0.01;

    @AttributeDefinition(
        description = "how much of the last step is taken again; 0 for none",
        min = "0",
        max = "0.999999")
    double momentum() default 0.9;

    @AttributeDefinition(description = "whether the momentum is Nesterov's")
    boolean nesterov() default false;

    @AttributeDefinition(
        description = "weight decay, as part of the gradient",
        min = "0",
        max = "1000")
    double weightDecay() default 0;
  }

  private final Settings settings;

  @Activate
  public Sgd(Settings settings) {
    if (settings.nesterov() && settings.momentum() == 0) {
      throw new IllegalArgumentException(
          "nesterov needs a momentum above 0; without one there is nothing to look ahead by");
    }
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
    List<Op> ops = new ArrayList<>();
    for (OptimizerContext.Gradient gradient : context.gradients()) {
      Variable variable = gradient.variable();
      Operand<TFloat32> g = decayed(tf, gradient);
      if (settings.momentum() == 0) {
        ops.add(tf.assignSubVariableOp(variable.handle(), tf.math.mul(rate, g)));
        continue;
      }
      Operand<TFloat32> momentum = tf.constant((float) settings.momentum());
      Variable memory = context.slot(variable, "momentum");
      Operand<TFloat32> m = tf.math.add(tf.math.mul(momentum, memory.value()), g);
      Operand<TFloat32> update = settings.nesterov() ? tf.math.add(g, tf.math.mul(momentum, m)) : m;
      ops.add(tf.assignVariableOp(memory.handle(), m));
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
