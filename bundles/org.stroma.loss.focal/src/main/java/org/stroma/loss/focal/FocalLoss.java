/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.loss.focal;

import java.util.Arrays;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.Loss;
import org.stroma.api.LossInput;
import org.stroma.api.LossPart;
import org.stroma.api.PartFacts;
import org.stroma.api.TargetInput;
import org.stroma.api.TargetKind;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceMax;
import org.tensorflow.types.TFloat32;

/**
 * Focal loss (Lin et al. 2017, eq. 5) for classes that exclude each other: the mean of -w_y (1 - p_y)^gamma log p_y over
 * elements (patients, or patches of all patients) whose class y is known, where p is the softmax of the logits [..., C]. It
 * is divided by the number of elements and not by their weights. 0 where no class is known.
 */
@Component(configurationPid = FocalLoss.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = FocalLoss.Settings.class, factory = true)
@LossPart("focal")
@PartFacts(
    paper = "Lin et al. 2017",
    parameters = "none",
    cost = "O(N C) a patient with N labelled patches, O(C) without")
public final class FocalLoss implements Loss {
  static final String PID = "org.stroma.loss.focal";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Focal",
      description = "Cross-entropy that counts what is well classified less")
  public @interface Settings {
    @AttributeDefinition(
        description = "how much less: the exponent of 1 - p; 0 gives cross-entropy",
        min = "0",
        max = "20")
    double gamma() default 2;

    @AttributeDefinition(
        description = "a weight a class, in the order of the classes' names; empty for equal ones",
        min = "0")
    double[] classWeights() default {};
  }

  private final double gamma;
  private final double[] classWeights;

  @Activate
  public FocalLoss(Settings settings) {
    gamma = settings.gamma();
    classWeights = settings.classWeights().clone();
  }

  @Override
  public Operand<TFloat32> loss(Net net, LossInput input) {
    Ops tf = net.tf();
    TargetInput.Labelled target = input.target().requireLabelled();
    int classes = Net.lastDimension(input.output().raw());
    if (classWeights.length > 0 && classWeights.length != classes) {
      throw new IllegalArgumentException("classWeights has " + classWeights.length
          + " numbers; the target has " + classes + " classes");
    }
    float[] weights = new float[classes];
    Arrays.fill(weights, 1);
    for (int c = 0; c < classWeights.length; c++) {
      weights[c] = (float) classWeights[c];
    }
    Operand<TFloat32> logits = tf.reshape(input.output().raw(), tf.array(-1, classes)); // [rows, C]
    Operand<TFloat32> known = tf.reshape(target.observedMask(), tf.array(-1)); // [rows]
    Operand<TFloat32> label = tf.oneHot(
        tf.reshape(target.label(), tf.array(-1)),
        tf.constant(classes),
        tf.constant(1f),
        tf.constant(0f));
    Operand<TFloat32> logs = tf.nn.logSoftmax(logits); // [rows, C]
    Operand<TFloat32> own = net.sum(tf.math.mul(logs, label), 1, false); // log p_y
    Operand<TFloat32> missed = tf.math.exp(
        tf.math.mul(others(net, logs, label), tf.constant((float) gamma))); // (1 - p_y)^gamma
    Operand<TFloat32> weight = net.sum(tf.math.mul(label, tf.constant(weights)), 1, false);
    Operand<TFloat32> each = tf.math.neg(tf.math.mul(weight, tf.math.mul(missed, own)));
    return tf.math.divNoNan(net.sum(tf.math.mul(each, known), 0, false), net.sum(known, 0, false));
  }

  /** log(1 - p_y) as the logarithm of the other classes' sum: a power of 1 - p has no gradient where p rounds to 1. */
  private static Operand<TFloat32> others(
      Net net, Operand<TFloat32> logs, Operand<TFloat32> label) {
    Ops tf = net.tf();
    Operand<TFloat32> rest =
        tf.math.add(logs, tf.math.mul(label, tf.constant(Net.MASKED))); // [rows, C]
    Operand<TFloat32> largest =
        tf.stopGradient(tf.reduceMax(rest, tf.array(1), ReduceMax.keepDims(true))); // [rows, 1]
    Operand<TFloat32> sum = net.sum(tf.math.exp(tf.math.sub(rest, largest)), 1, false);
    return tf.math.add(tf.math.log(sum), tf.reshape(largest, tf.array(-1)));
  }

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.CLASS, TargetKind.PATCHES);
  }
}
