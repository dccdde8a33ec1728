/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.loss.similarity;

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
import org.stroma.api.TargetKind;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.framework.losses.Losses;
import org.tensorflow.types.TFloat32;

/**
 * The Kullback-Leibler divergence of the predicted probabilities (the softmax of the logits [..., C]) from what is true, sum
 * q log(q / p): the mean over elements (patients, or patches of all patients) whose class is known. With label smoothing
 * (Szegedy et al. 2016) q is not one-hot, and the divergence is cross-entropy less the entropy of q: the same gradient, and 0
 * for the best answer. 0 where no class is known.
 *
 * <p>tensorflow-framework cuts probabilities off at 1e-7: below, there is no gradient. Cross-entropy has no such bound.
 */
@Component(configurationPid = DivergenceLoss.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = DivergenceLoss.Settings.class, factory = true)
@LossPart("kl")
@PartFacts(
    paper = "Kullback and Leibler 1951",
    parameters = "none",
    cost = "O(N C) a patient with N labelled patches, O(C) without")
public final class DivergenceLoss implements Loss {
  static final String PID = "org.stroma.loss.kl";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Kullback-Leibler divergence",
      description =
          "Divergence of predicted probabilities from smoothed classes: cross-entropy that is 0 for the best answer")
  public @interface Settings {
    @AttributeDefinition(
        description = "probability that is spread evenly over the classes",
        min = "0",
        max = "0.99")
    double labelSmoothing() default 0.1;
  }

  private final double labelSmoothing;

  @Activate
  public DivergenceLoss(Settings settings) {
    labelSmoothing = settings.labelSmoothing();
  }

  @Override
  public Operand<TFloat32> loss(Net net, LossInput input) {
    return ClassRows.mean(net, input, labelSmoothing, Losses::kullbackLeiblerDivergence);
  }

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.CLASS, TargetKind.PATCHES);
  }
}
