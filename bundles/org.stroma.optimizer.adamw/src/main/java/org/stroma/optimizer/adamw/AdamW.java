/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.optimizer.adamw;

import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.stroma.api.Optimizer;
import org.stroma.api.OptimizerContext;
import org.stroma.api.OptimizerPart;
import org.stroma.nn.Variable;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2; the decay is scaled by
 * the learning rate, as in PyTorch). Biases, gains of normalisation and embeddings do not decay.
 *
 * <p>With one mean of squared gradients for each tensor (Zhang et al. 2024, "Adam-mini", algorithm 1 with tensors for blocks) a step has
 * Adam's length and the gradient's direction: a linear model that is stopped early is then like a ridge regression, while Adam moves all
 * coefficients alike, those of noise too.
 */
@Component(configurationPid = AdamW.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = AdamW.Settings.class, factory = true)
@OptimizerPart("adamw")
public final class AdamW implements Optimizer {
  static final String PID = "org.stroma.optimizer.adamw";

  /** What can be set. */
  @ObjectClassDefinition(name = "AdamW", description = "Adam with decoupled weight decay")
  public @interface Settings {
    @AttributeDefinition(description = "learning rate", min = "0", max = "10")
    double learningRate() default 1e-4;

    @AttributeDefinition(description = "weight decay", min = "0", max = "1000")
    double weightDecay() default 0.01;

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
        min = "0",
        max = "1")
    double epsilon() default 1e-8;

    @AttributeDefinition(
        description = "of what the mean of squared gradients is kept",
        options = {
          @Option(label = "each element, as Adam", value = "element"),
          @Option(label = "each tensor, so that steps go along the gradient", value = TENSOR)
        })
    String secondMoment() default "element";
  }

  private static final String TENSOR = "tensor";

  private final Settings settings;

  @Activate
  public AdamW(Settings settings) {
    this.settings = settings;
  }

  @Override
  public boolean elementwise() {
    return !settings.secondMoment().equals(TENSOR);
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
    // TensorFlow's kernel adds epsilon before bias correction, PyTorch and the paper after it
    Operand<TFloat32> epsilon = tf.math.mul(
        tf.constant((float) settings.epsilon()),
        tf.math.sqrt(tf.math.sub(tf.constant(1f), power2)));
    Operand<TFloat32> length = tf.math.div(
        tf.math.mul(rate, tf.math.sqrt(tf.math.sub(tf.constant(1f), power2))),
        tf.math.sub(tf.constant(1f), power1));
    List<Op> ops = new ArrayList<>();
    for (OptimizerContext.Gradient gradient : context.gradients()) {
      Variable variable = gradient.variable();
      Ops after = tf;
      if (variable.decay() && settings.weightDecay() > 0) {
        Operand<TFloat32> decay = tf.math.mul(
            variable.value(), tf.math.mul(rate, tf.constant((float) settings.weightDecay())));
        // decay only after the gradient was computed from the old value
        Op decayed = tf.withControlDependencies(gradient.value())
            .assignSubVariableOp(variable.handle(), decay);
        after = tf.withControlDependencies(decayed);
      }
      Variable mean = context.slot(variable, "m");
      Variable squares = context.slot(variable, "v");
      ops.add(
          settings.secondMoment().equals(TENSOR)
              ? byTensor(after, gradient, mean, squares, length, epsilon)
              : after.train.resourceApplyAdam(
                  variable.handle(),
                  mean.handle(),
                  squares.handle(),
                  power1,
                  power2,
                  rate,
                  beta1,
                  beta2,
                  epsilon,
                  gradient.value()));
    }
    return ops;
  }

  /**
   * All elements of the second moment are the same.
   *
   * @param length of a step: the learning rate, corrected for both moments' start at 0
   */
  private Op byTensor(
      Ops tf,
      OptimizerContext.Gradient gradient,
      Variable mean,
      Variable squares,
      Operand<TFloat32> length,
      Operand<TFloat32> epsilon) {
    Operand<TFloat32> g = gradient.value();
    double share = 1 - settings.beta2();
    // half the sum of squares is one operation, which counts where tensors are small
    Operand<TFloat32> square = tf.math.mul(tf.nn.l2Loss(g), tf.constant((float)
        (2 * share / Math.max(1, gradient.variable().shape().size()))));
    Operand<TFloat32> m = tf.math.add(
        tf.math.mul(mean.value(), tf.constant((float) settings.beta1())),
        tf.math.mul(g, tf.constant((float) (1 - settings.beta1()))));
    Operand<TFloat32> v =
        tf.math.add(tf.math.mul(squares.value(), tf.constant((float) settings.beta2())), square);
    Operand<TFloat32> step =
        tf.math.div(tf.math.mul(length, m), tf.math.add(tf.math.sqrt(v), epsilon));
    return tf.withControlDependencies(
            tf.assignVariableOp(mean.handle(), m), tf.assignVariableOp(squares.handle(), v))
        .assignSubVariableOp(gradient.variable().handle(), step);
  }
}
