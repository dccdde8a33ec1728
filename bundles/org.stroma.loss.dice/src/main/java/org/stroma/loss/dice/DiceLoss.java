/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.loss.dice;

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
 * One minus the soft Dice coefficient (Milletari et al. 2016, section 3), the mean over the classes that occur in the
 * batch: per class (2 sum p g + smooth) / (sum p^2 + sum g + smooth), where p is the softmax of the logits [..., C], g is 1
 * for elements of the class, and the sums run over all elements of the batch (patients, or patches of all patients) whose
 * class is known. A class of which the batch has no element is left out, for its coefficient would be 0 whatever the model
 * says. 0 where no class is known.
 */
@Component(configurationPid = DiceLoss.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = DiceLoss.Settings.class, factory = true)
@LossPart("dice")
@PartFacts(
    paper = "Milletari et al. 2016",
    parameters = "none",
    cost = "O(N C) a patient with N labelled patches, O(C) without")
public final class DiceLoss implements Loss {
  static final String PID = "org.stroma.loss.dice";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Dice",
      description = "One minus the soft Dice coefficient, over the classes of a batch")
  public @interface Settings {
    @AttributeDefinition(
        description = "added to numerator and denominator: keeps classes with few elements calm",
        min = "0",
        max = "1e6")
    double smooth() default 1;

    @AttributeDefinition(
        description =
            "whether probabilities are squared in the denominator, as in the paper; many programs do not")
    boolean squared() default true;
  }

  private final double smooth;
  private final boolean squared;

  @Activate
  public DiceLoss(Settings settings) {
    smooth = settings.smooth();
    squared = settings.squared();
  }

  @Override
  public Operand<TFloat32> loss(Net net, LossInput input) {
    Ops tf = net.tf();
    TargetInput.Labelled target = input.target().requireLabelled();
    int classes = Net.lastDimension(input.output().raw());
    Operand<TFloat32> logits = tf.reshape(input.output().raw(), tf.array(-1, classes)); // [rows, C]
    Operand<TFloat32> known = tf.reshape(target.observedMask(), tf.array(-1, 1)); // [rows, 1]
    Operand<TFloat32> label = tf.math.mul(
        tf.oneHot(
            tf.reshape(target.label(), tf.array(-1)),
            tf.constant(classes),
            tf.constant(1f),
            tf.constant(0f)),
        known); // [rows, C]
    Operand<TFloat32> probability = tf.math.mul(tf.nn.softmax(logits), known);
    Operand<TFloat32> elements = net.sum(label, 0, false); // [C]
    Operand<TFloat32> overlap = net.sum(tf.math.mul(probability, label), 0, false);
    Operand<TFloat32> predicted =
        net.sum(squared ? tf.math.square(probability) : probability, 0, false);
    Operand<TFloat32> coefficient = tf.math.divNoNan(
        tf.math.add(tf.math.mul(overlap, tf.constant(2f)), tf.constant((float) smooth)),
        tf.math.add(tf.math.add(predicted, elements), tf.constant((float) smooth)));
    Operand<TFloat32> occurs = tf.math.minimum(elements, tf.constant(1f));
    Operand<TFloat32> total =
        net.sum(tf.math.mul(tf.math.sub(tf.constant(1f), coefficient), occurs), 0, false);
    return tf.math.divNoNan(total, net.sum(occurs, 0, false));
  }

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.CLASS, TargetKind.PATCHES);
  }
}
