/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.loss.crossentropy;

import java.util.Arrays;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.HeadOutput;
import org.stroma.api.Loss;
import org.stroma.api.LossPart;
import org.stroma.api.TargetInput;
import org.stroma.api.TargetKind;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Cross-entropy of logits [B, C], with label smoothing (Szegedy et al. 2016) and class weights: the mean over patients
 * whose class is known, weighted by the weights of their classes, as in PyTorch. 0 where no class is known.
 */
@Component(configurationPid = CrossEntropyLoss.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = CrossEntropyLoss.Settings.class, factory = true)
@LossPart("cross-entropy")
public final class CrossEntropyLoss implements Loss {
  static final String PID = "org.stroma.loss.crossentropy";

  /** What can be set. */
  @ObjectClassDefinition(name = "Cross-entropy", description = "Cross-entropy of classes that exclude each other")
  public @interface Settings {
    @AttributeDefinition(description = "probability that is spread evenly over the classes", min = "0", max = "0.99")
    double labelSmoothing() default 0;

    @AttributeDefinition(
        description = "a weight a class, in the order of the classes' names; empty for equal ones", min = "0")
    double[] classWeights() default {};
  }

  private final double labelSmoothing;
  private final double[] classWeights;

  @Activate
  public CrossEntropyLoss(Settings settings) {
    labelSmoothing = settings.labelSmoothing();
    classWeights = settings.classWeights().clone();
  }

  @Override
  public Operand<TFloat32> loss(Net net, HeadOutput output, TargetInput target) {
    Ops tf = net.tf();
    int classes = (int) output.raw().shape().get(-1);
    if (classWeights.length > 0 && classWeights.length != classes) {
      throw new IllegalArgumentException(
          "classWeights has " + classWeights.length + " numbers; the target has " + classes + " classes");
    }
    float[] weights = new float[classes];
    Arrays.fill(weights, 1);
    for (int c = 0; c < classWeights.length; c++) {
      weights[c] = (float) classWeights[c];
    }
    Operand<TFloat32> label =
        tf.oneHot(target.label(), tf.constant(classes), tf.constant(1f), tf.constant(0f)); // [B, C]
    Operand<TFloat32> smooth =
        tf.math.add(
            tf.math.mul(label, tf.constant((float) (1 - labelSmoothing))),
            tf.constant((float) (labelSmoothing / classes)));
    Operand<TFloat32> each =
        net.sum(
            tf.math.mul(tf.math.mul(smooth, tf.constant(weights)), tf.nn.logSoftmax(output.raw())), 1, false); // [B]
    Operand<TFloat32> weight = net.sum(tf.math.mul(label, tf.constant(weights)), 1, false);
    Operand<TFloat32> total = net.sum(tf.math.mul(weight, target.known()), 0, false);
    return tf.math.neg(tf.math.divNoNan(net.sum(tf.math.mul(each, target.known()), 0, false), total));
  }

  @Override
  public TargetKind target() {
    return TargetKind.CLASS;
  }
}
