/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.loss.similarity;

import java.util.Set;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.Loss;
import org.stroma.api.LossInput;
import org.stroma.api.LossPart;
import org.stroma.api.PartFacts;
import org.stroma.api.TargetKind;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.framework.losses.Losses;
import org.tensorflow.types.TFloat32;

/**
 * 1 minus the cosine between the predicted probabilities (the softmax of the logits [..., C]) and the true class as a one-hot
 * vector, after Barz and Denzler 2020, who found it to need fewer samples than cross-entropy: the mean over elements
 * (patients, or patches of all patients) whose class is known. It lies between 0 and 1, so that single elements that are
 * wrong, or wrongly labelled, pull little. It is taken of probabilities and not of logits: that is what the head predicts,
 * and the length of logits would be left free. 0 where no class is known.
 */
@Component(configurationPid = CosineLoss.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = CosineLoss.Settings.class, factory = true)
@LossPart("cosine")
@PartFacts(
    paper = "Barz and Denzler 2020",
    parameters = "none",
    cost = "O(N C) a patient with N labelled patches, O(C) without")
public final class CosineLoss implements Loss {
  static final String PID = "org.stroma.loss.cosine";

  /** Nothing can be set. */
  @ObjectClassDefinition(
      name = "Cosine",
      description = "1 minus the cosine between predicted probabilities and the true class")
  public @interface Settings {}

  @Override
  public Operand<TFloat32> loss(Net net, LossInput input) {
    return ClassRows.mean(
        net,
        input,
        0,
        (tf, labels, probabilities) -> tf.math.sub(
            tf.constant(1f), Losses.cosineSimilarity(tf, labels, probabilities, new int[] {-1})));
  }

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.CLASS, TargetKind.PATCHES);
  }
}
