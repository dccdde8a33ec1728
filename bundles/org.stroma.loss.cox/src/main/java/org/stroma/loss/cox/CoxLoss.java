/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.loss.cox;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.stroma.api.HeadOutput;
import org.stroma.api.Loss;
import org.stroma.api.LossPart;
import org.stroma.api.TargetInput;
import org.stroma.api.TargetKind;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;

/**
 * The negative log partial likelihood of Cox (1972) divided by the number of events, with ties after Efron (1977) or
 * Breslow (1974). The risk set of an event is that of the batch: with {@code batchSize} at least the number of training
 * patients it is the exact partial likelihood, with smaller batches that of a sampled risk set. A batch without events
 * gives 0 and a zero gradient. Neither depends on the order of the rows.
 */
@Component(configurationPid = CoxLoss.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = CoxLoss.Settings.class, factory = true)
@LossPart("cox")
public final class CoxLoss implements Loss {
  static final String PID = "org.stroma.loss.cox";

  /** What can be set. */
  @ObjectClassDefinition(name = "Cox partial likelihood", description = "Negative log partial likelihood an event")
  public @interface Settings {
    @AttributeDefinition(
        description = "how events at one time share their risk set",
        options = {@Option(label = "Efron", value = "efron"), @Option(label = "Breslow", value = "breslow")})
    String ties() default "efron";
  }

  private final boolean efron;

  @Activate
  public CoxLoss(Settings settings) {
    efron =
        switch (settings.ties()) {
          case "efron" -> true;
          case "breslow" -> false;
          default -> throw new IllegalArgumentException(
              "ties is \"" + settings.ties() + "\"; it has to be \"efron\" or \"breslow\"");
        };
  }

  @Override
  public Operand<TFloat32> loss(Net net, HeadOutput output, TargetInput target) {
    Ops tf = net.tf();
    Operand<TFloat32> hazard = tf.reshape(output.raw(), tf.array(-1)); // [B], a log
    Operand<TFloat32> event = tf.math.mul(target.event(), target.known());
    Operand<TFloat32> row = net.expand(target.time(), 1); // [B, 1]: the patient whose event it is
    Operand<TFloat32> column = net.expand(target.time(), 0); // [1, B]: who is at risk
    Operand<TFloat32> atRisk =
        tf.math.mul(number(tf, tf.math.greaterEqual(column, row)), net.expand(target.known(), 0));
    Operand<TFloat32> unfit = tf.math.mul(tf.math.sub(tf.constant(1f), atRisk), tf.constant(-1e30f));
    Operand<TFloat32> hazards = net.expand(hazard, 0);
    // the largest log hazard of each risk set keeps the exponentials finite
    Operand<TFloat32> largest =
        tf.stopGradient(
            tf.reduceMax(
                tf.math.add(tf.math.mul(hazards, atRisk), unfit), tf.array(1),
                org.tensorflow.op.core.ReduceMax.keepDims(true))); // [B, 1]
    // of a row that nobody is at risk in (an unknown target) nothing is used
    Operand<TFloat32> shift = tf.math.maximum(largest, tf.constant(-1e20f));
    Operand<TFloat32> exponents =
        tf.math.add(
            tf.math.mul(tf.math.sub(hazards, shift), atRisk),
            tf.math.mul(tf.math.sub(tf.constant(1f), atRisk), tf.constant(-1e4f)));
    Operand<TFloat32> weights = tf.math.exp(exponents); // [B, B], 0 for who is not at risk
    Operand<TFloat32> denominator = net.sum(weights, 1, false); // [B]
    if (efron) {
      Operand<TFloat32> tied =
          tf.math.mul(number(tf, tf.math.equal(column, row)), net.expand(event, 0)); // [B, B]
      Operand<TFloat32> deaths = tf.math.maximum(net.sum(tied, 1, false), tf.constant(1f));
      Operand<TFloat32> before = net.sum(tf.linalg.bandPart(tied, tf.constant(-1L), tf.constant(0L)), 1, false);
      // the k-th of d events at one time leaves k/d of their hazards out; the sum over k is the same in any order
      Operand<TFloat32> share =
          tf.math.div(tf.math.maximum(tf.math.sub(before, tf.constant(1f)), tf.constant(0f)), deaths);
      Operand<TFloat32> tiedSum = net.sum(tf.math.mul(weights, tied), 1, false);
      denominator = tf.math.sub(denominator, tf.math.mul(tf.stopGradient(share), tiedSum));
    }
    // rows without an event do not count: 1 keeps their logarithm finite
    Operand<TFloat32> counted =
        tf.math.add(tf.math.mul(denominator, event), tf.math.sub(tf.constant(1f), event));
    Operand<TFloat32> logs = tf.math.add(tf.math.log(counted), tf.reshape(shift, tf.array(-1)));
    Operand<TFloat32> likelihood = net.sum(tf.math.mul(event, tf.math.sub(hazard, logs)), 0, false);
    Operand<TFloat32> events = tf.math.maximum(net.sum(event, 0, false), tf.constant(1f));
    return tf.math.neg(tf.math.div(likelihood, events));
  }

  private static Operand<TFloat32> number(Ops tf, Operand<TBool> condition) {
    return tf.stopGradient(tf.dtypes.cast(condition, TFloat32.class));
  }

  @Override
  public TargetKind target() {
    return TargetKind.SURVIVAL;
  }
}
