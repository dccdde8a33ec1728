/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.head.survival;

import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.Head;
import org.stroma.api.HeadInput;
import org.stroma.api.HeadPart;
import org.stroma.api.PartFacts;
import org.stroma.api.Prediction;
import org.stroma.api.TargetInfo;
import org.stroma.api.TargetKind;
import org.stroma.nn.Activation;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The log hazard [B, 1] of a proportional-hazards model (Katzman et al. 2018): layer norm, linear, ReLU, dropout, linear.
 * It predicts {@code risk} [B], higher for an earlier event.
 *
 * <p>With bins, logits [B, k] of the hazards of a discrete-time model: the probability of an event in a bin for who reached
 * it (Zadeh and Schmid 2020). It then predicts {@code survival} [B, k], the probability to survive each bin, and {@code
 * risk}, minus their sum. The bins are cut at quantiles of the training patients' event times.
 */
@Component(configurationPid = SurvivalHead.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = SurvivalHead.Settings.class, factory = true)
@HeadPart("survival")
@PartFacts(
    paper = "Katzman et al. 2018; bins: Zadeh and Schmid 2020",
    parameters = "d² / 2 + 3 d + 1, or d² / 2 + 2.5 d + (d / 2 + 1) bins",
    cost = "d²")
public final class SurvivalHead implements Head {
  static final String PID = "org.stroma.head.survival";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Survival head",
      description = "Log hazard of a proportional-hazards model, or hazards in time bins")
  public @interface Settings {
    @AttributeDefinition(description = "dropout before the last layer", min = "0", max = "0.99")
    double dropout() default 0.3;

    @AttributeDefinition(
        description = "units of the hidden layer; 0 for embedDim / 2",
        min = "0",
        max = "65536")
    int hidden() default 0;

    @AttributeDefinition(description = "activation of the hidden layer")
    Activation activation() default Activation.relu;

    @AttributeDefinition(
        description =
            "whether the fused vector is normalised first; without, its length counts too")
    boolean norm() default true;

    @AttributeDefinition(
        description =
            "time bins of a discrete-time model, for discrete-time-nll; 0 for a proportional-hazards model, for cox",
        min = "0",
        max = "1000")
    int bins() default 0;
  }

  private final Settings settings;

  @Activate
  public SurvivalHead(Settings settings) {
    if (settings.bins() == 1) {
      throw new IllegalArgumentException(
          "bins is 1; it has to be 0, or 2 and more: with one bin nothing can be told apart");
    }
    this.settings = settings;
  }

  @Override
  public Operand<TFloat32> predict(Net net, HeadInput input) {
    int units = settings.hidden() == 0 ? net.embedDim() / 2 : settings.hidden();
    Operand<TFloat32> fused =
        settings.norm() ? net.layerNorm("norm", input.embedding()) : input.embedding();
    Operand<TFloat32> x = net.activation(settings.activation(), net.dense("hidden", fused, units));
    return net.dense(
        "output",
        net.dropout("drop", x, settings.dropout()),
        Math.max(1, settings.bins())); // [B, 1 or k]
  }

  @Override
  public Map<Prediction, Operand<TFloat32>> read(Net net, Operand<TFloat32> raw, TargetInfo info) {
    Ops tf = net.tf();
    if (settings.bins() == 0) {
      return Map.of(Prediction.RISK, tf.reshape(raw, tf.array(-1)));
    }
    // S_j = prod over i <= j of (1 - h_i); log(1 - sigmoid(z)) = -softplus(z)
    Operand<TFloat32> survival =
        tf.math.exp(tf.math.cumsum(tf.math.neg(tf.math.softplus(raw)), tf.constant(1))); // [B, k]
    return Map.of(
        Prediction.RISK, tf.math.neg(net.sum(survival, 1, false)), Prediction.SURVIVAL, survival);
  }

  @Override
  public int bins() {
    return settings.bins();
  }

  @Override
  public TargetKind target() {
    return TargetKind.SURVIVAL;
  }
}
