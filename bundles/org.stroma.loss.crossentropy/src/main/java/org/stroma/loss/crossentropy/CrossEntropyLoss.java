/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.loss.crossentropy;

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
import org.tensorflow.types.TFloat32;

/**
 * Cross-entropy of logits [..., C], with label smoothing (Szegedy et al. 2016, section 7) and class weights: the mean over
 * elements (patients, or patches of all patients) whose class is known, weighted by the weights of their classes, as in
 * PyTorch. 0 where no class is known.
 *
 * <p>Balanced, a class weighs 1 / (classes x its share among the training patients or patches), so that every class weighs
 * the same in all and the mean weight is 1.
 */
@Component(
    configurationPid = CrossEntropyLoss.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = CrossEntropyLoss.Settings.class, factory = true)
@LossPart("cross-entropy")
@PartFacts(
    paper = "Szegedy et al. 2016",
    parameters = "none",
    cost = "O(N C) a patient with N labelled patches, O(C) without")
public final class CrossEntropyLoss implements Loss {
  static final String PID = "org.stroma.loss.crossentropy";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Cross-entropy",
      description = "Cross-entropy of classes that exclude each other")
  public @interface Settings {
    @AttributeDefinition(
        description = "probability that is spread evenly over the classes",
        min = "0",
        max = "0.99")
    double labelSmoothing() default 0;

    @AttributeDefinition(
        description = "a weight a class, in the order of the classes' names; empty for equal ones",
        min = "0")
    double[] classWeights() default {};

    @AttributeDefinition(
        description =
            "whether classes are weighted inversely to their shares of the training patients; not with classWeights")
    boolean balance() default false;
  }

  private final double labelSmoothing;
  private final double[] classWeights;
  private final boolean balance;

  @Activate
  public CrossEntropyLoss(Settings settings) {
    labelSmoothing = settings.labelSmoothing();
    classWeights = settings.classWeights().clone();
    balance = settings.balance();
    if (balance && classWeights.length > 0) {
      throw new IllegalArgumentException(
          "balance and classWeights both give the classes weights; choose one of them");
    }
  }

  @Override
  public Operand<TFloat32> loss(Net net, LossInput input) {
    TargetInput.Labelled target = input.target().requireLabelled();
    Ops tf = net.tf();
    int classes = Net.lastDimension(input.output().raw());
    Operand<TFloat32> weights =
        tf.constant(weights(classes, input.info().requireLabelled().shares()));
    // logSoftmax has a wrong gradient at more than two axes
    Operand<TFloat32> logits = tf.reshape(input.output().raw(), tf.array(-1, classes)); // [rows, C]
    Operand<TFloat32> known = tf.reshape(target.observedMask(), tf.array(-1)); // [rows]
    Operand<TFloat32> label = tf.oneHot(
        tf.reshape(target.label(), tf.array(-1)),
        tf.constant(classes),
        tf.constant(1f),
        tf.constant(0f)); // [rows, C]
    Operand<TFloat32> smooth = tf.math.add(
        tf.math.mul(label, tf.constant((float) (1 - labelSmoothing))),
        tf.constant((float) (labelSmoothing / classes)));
    Operand<TFloat32> each = net.sum(
        tf.math.mul(tf.math.mul(smooth, weights), tf.nn.logSoftmax(logits)), 1, false); // [rows]
    Operand<TFloat32> weight = net.sum(tf.math.mul(label, weights), 1, false);
    Operand<TFloat32> total = net.sum(tf.math.mul(weight, known), 0, false);
    return tf.math.neg(tf.math.divNoNan(net.sum(tf.math.mul(each, known), 0, false), total));
  }

  private float[] weights(int classes, float[] shares) {
    float[] weights = new float[classes];
    Arrays.fill(weights, 1);
    if (classWeights.length > 0) {
      if (classWeights.length != classes) {
        throw new IllegalArgumentException("classWeights has " + classWeights.length
            + " numbers; the target has " + classes + " classes");
      }
      for (int c = 0; c < classes; c++) {
        weights[c] = (float) classWeights[c];
      }
    }
    if (balance) {
      if (shares.length != classes) {
        throw new IllegalArgumentException("balance needs the share of each class; the head has "
            + classes + " classes and " + shares.length + " shares are known");
      }
      return balanced(shares);
    }
    return weights;
  }

  /** Weights inverse to shares, with a mean of 1 over those who have the shares. */
  static float[] balanced(float[] shares) {
    int seen = 0;
    for (float share : shares) {
      seen += share > 0 ? 1 : 0;
    }
    float[] weights = new float[shares.length];
    for (int c = 0; c < shares.length; c++) {
      weights[c] = shares[c] > 0
          ? 1 / (seen * shares[c])
          : 1; // a class that nobody has weighs nothing in the mean
    }
    return weights;
  }

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.CLASS, TargetKind.PATCHES);
  }
}
