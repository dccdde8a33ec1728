/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.loss.ranking;

import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.HeadOutput;
import org.stroma.api.Loss;
import org.stroma.api.LossInput;
import org.stroma.api.LossPart;
import org.stroma.api.PartFacts;
import org.stroma.api.Prediction;
import org.stroma.api.TargetInput;
import org.stroma.api.TargetKind;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * One minus the log-sigmoid lower bound on the concordance index (Raykar et al. 2008, section 4.2): the mean over the
 * comparable pairs of the batch of log2(1 + exp(-sigma (r_i - r_j))), where patient i had the event before the time of
 * patient j and r is the risk. It is never below one minus the concordance of the batch, and 1 where all risks are equal.
 *
 * <p>The risk is what the head predicts as {@code risk}, [B], so that proportional hazards and hazards in time bins are
 * ranked alike. Patients with the same time are no pair. A batch without a pair, such as one of a single patient, gives 0
 * and a zero gradient. The order of the rows decides nothing.
 */
@Component(configurationPid = RankingLoss.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = RankingLoss.Settings.class, factory = true)
@LossPart("ranking")
@PartFacts(
    paper = "Raykar et al. 2008",
    parameters = "none",
    cost = "O(B) a patient in batches of B")
public final class RankingLoss implements Loss {
  static final String PID = "org.stroma.loss.ranking";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Ranking",
      description = "A smooth bound on one minus the concordance index, over the pairs of a batch")
  public @interface Settings {
    @AttributeDefinition(
        description =
            "factor on differences of risks: the larger, the smaller the difference that counts as ranked",
        min = "0.001",
        max = "1000")
    double sigma() default 1;
  }

  private final double sigma;

  @Activate
  public RankingLoss(Settings settings) {
    sigma = settings.sigma();
  }

  @Override
  public Operand<TFloat32> loss(Net net, LossInput input) {
    Ops tf = net.tf();
    TargetInput.Survival target = input.target().requireSurvival();
    Operand<TFloat32> risk = risk(tf, input.output()); // [B]
    Operand<TFloat32> difference =
        tf.math.sub(net.expand(risk, 1), net.expand(risk, 0)); // [B, B]: row's minus column's
    Operand<TFloat32> earlier = tf.dtypes.cast(
        tf.math.less(net.expand(target.time(), 1), net.expand(target.time(), 0)), TFloat32.class);
    Operand<TFloat32> first = tf.math.mul(target.event(), target.observedMask());
    Operand<TFloat32> pairs = tf.math.mul(
        earlier, tf.math.mul(net.expand(first, 1), net.expand(target.observedMask(), 0))); // [B, B]
    Operand<TFloat32> each = tf.math.softplus(tf.math.mul(difference, tf.constant((float) -sigma)));
    Operand<TFloat32> count = tf.math.mul(all(tf, pairs), tf.constant((float) Math.log(2)));
    return tf.math.divNoNan(all(tf, tf.math.mul(each, pairs)), count);
  }

  private static Operand<TFloat32> risk(Ops tf, HeadOutput output) {
    Operand<TFloat32> risk = output.predictions().get(Prediction.RISK);
    if (risk == null && Net.lastDimension(output.raw()) != 1) {
      throw new IllegalArgumentException(
          "ranking needs a head with one risk a patient; this one has "
              + Net.lastDimension(output.raw()) + " numbers and predicts no \"" + Prediction.RISK
              + "\"");
    }
    return tf.reshape(risk == null ? output.raw() : risk, tf.array(-1));
  }

  private static Operand<TFloat32> all(Ops tf, Operand<TFloat32> x) {
    return tf.reduceSum(x, tf.array(0, 1));
  }

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.SURVIVAL);
  }
}
