/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.loss.binarycrossentropy;

import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.stroma.api.Loss;
import org.stroma.api.LossInput;
import org.stroma.api.LossPart;
import org.stroma.api.PartFacts;
import org.stroma.api.TargetInput;
import org.stroma.api.TargetKind;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.framework.losses.Losses;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Cross-entropy of several labels at once: the mean of -w y log p - (1 - y) log(1 - p) over all labels of all patients that
 * are known, where p is the sigmoid of the logits [B, L]. A label that is not known of a patient takes no part, his others
 * do. 0 where none is known.
 *
 * <p>Balanced, the weight w of a label is (1 - s) / s with the share s of the training patients who have it, so that those
 * who have it weigh as much as those who have not, as {@code pos_weight} of PyTorch's {@code BCEWithLogitsLoss}; 1 where all
 * or none have it.
 */
@Component(
    configurationPid = BinaryCrossEntropyLoss.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = BinaryCrossEntropyLoss.Settings.class, factory = true)
@LossPart("binary-cross-entropy")
@PartFacts(parameters = "none", cost = "O(L) a patient with L labels")
public final class BinaryCrossEntropyLoss implements Loss {
  static final String PID = "org.stroma.loss.binarycrossentropy";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Binary cross-entropy",
      description = "Cross-entropy of several labels at once, each by itself")
  public @interface Settings {
    @AttributeDefinition(
        description =
            "what patients with a label weigh: 1, or as much in all as those without it (balanced)",
        options = {
          @Option(label = "None", value = "none"),
          @Option(label = "Balanced", value = "balanced")
        })
    String positiveWeight() default "none";

    @AttributeDefinition(
        description = "probability that is spread evenly over with and without",
        min = "0",
        max = "0.99")
    double labelSmoothing() default 0;
  }

  private final boolean balanced;
  private final float labelSmoothing;

  @Activate
  public BinaryCrossEntropyLoss(Settings settings) {
    balanced = settings.positiveWeight().equals("balanced");
    labelSmoothing = (float) settings.labelSmoothing();
  }

  @Override
  public Operand<TFloat32> loss(Net net, LossInput input) {
    TargetInput.Labels target = input.target().requireLabels();
    float[] shares = input.info().requireLabels().shares();
    int labels = Net.lastDimension(input.output().raw());
    if (labels != shares.length) {
      throw new IllegalArgumentException("the head gives " + labels
          + " numbers a patient, and the target has " + shares.length + " labels");
    }
    Ops tf = net.tf();
    // a row a label of a patient, as each may be known or not
    Operand<TFloat32> each = Losses.binaryCrossentropy(
        tf,
        tf.reshape(target.value(), tf.array(-1, 1)),
        tf.reshape(input.output().raw(), tf.array(-1, 1)),
        true,
        labelSmoothing); // [B L]
    Operand<TFloat32> known = target.observedMask(); // [B, L]
    Operand<TFloat32> weight = tf.math.add(
        tf.constant(1f), tf.math.mul(target.value(), tf.constant(more(shares)))); // [B, L]
    Operand<TFloat32> counted =
        tf.math.mul(each, tf.reshape(tf.math.mul(weight, known), tf.array(-1)));
    return tf.math.divNoNan(
        net.sum(counted, 0, false), net.sum(tf.reshape(known, tf.array(-1)), 0, false));
  }

  /** By label, how much more than 1 its patients weigh. */
  private float[] more(float[] shares) {
    float[] more = new float[shares.length];
    for (int i = 0; balanced && i < shares.length; i++) {
      more[i] = shares[i] > 0 && shares[i] < 1 ? (1 - shares[i]) / shares[i] - 1 : 0;
    }
    return more;
  }

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.LABELS);
  }
}
