/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.loss.cox;

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
import org.stroma.nn.KnownGradient;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;

/**
 * The negative log partial likelihood of Cox (1972) divided by the number of events, with ties after Efron (1977) or
 * Breslow (1974). Neither value nor gradient depends on the order of the rows.
 *
 * <p>With {@code riskSet} {@code batch} the risk set of an event is that of the batch: with {@code batchSize} at least the
 * number of training patients it is the exact partial likelihood, with smaller batches that of a sampled risk set. A batch
 * without events gives 0 and a zero gradient, and so does any batch of one patient.
 *
 * <p>With {@code memory} the loss keeps the last log hazard of every training patient that it has seen, as cross-batch
 * memory keeps embeddings (Wang et al. 2020, section 3.2; memory banks before it, Wu et al. 2018), so that bags can be
 * trained one at a time. The value is that of the partial likelihood over everybody seen so far; hazards of patients outside
 * of the batch are constants, as old as the patient's last turn, at most about an epoch. Gradients reach the batch's own
 * hazards alone, through their events and through every risk set that they are in, also where the batch has no event. They
 * are multiplied by (number seen / number in the batch): its expectation over batches is the gradient over all patients.
 * Until an event was seen, value and gradient are 0. What is remembered is the loss's own: it starts anew with the model.
 */
@Component(configurationPid = CoxLoss.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = CoxLoss.Settings.class, factory = true)
@LossPart("cox")
@PartFacts(
    paper = "Cox 1972; Efron 1977; memory: Wang et al. 2020",
    parameters = "none; 4 numbers a training patient with memory",
    cost = "O(B) a patient in batches of B; with memory O(P log P) a batch, P training patients")
public final class CoxLoss implements Loss {
  static final String PID = "org.stroma.loss.cox";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Cox partial likelihood",
      description = "Negative log partial likelihood an event")
  public @interface Settings {
    @AttributeDefinition(
        description = "how events at one time share their risk set",
        options = {
          @Option(label = "Efron", value = "efron"),
          @Option(label = "Breslow", value = "breslow")
        })
    String ties() default "efron";

    @AttributeDefinition(
        description =
            "who is at risk at an event: the patients of the batch, or all that were seen, by their last hazards; memory is"
                + " for batches smaller than the training patients, down to 1",
        options = {
          @Option(label = "batch", value = "batch"),
          @Option(label = "memory", value = "memory")
        })
    String riskSet() default "batch";
  }

  private final boolean efron;
  private final boolean memory;

  @Activate
  public CoxLoss(Settings settings) {
    efron = switch (settings.ties()) {
      case "efron" -> true;
      case "breslow" -> false;
      default -> throw new IllegalArgumentException(
          "ties is \"" + settings.ties() + "\"; it has to be \"efron\" or \"breslow\"");
    };
    memory = switch (settings.riskSet()) {
      case "batch" -> false;
      case "memory" -> true;
      default -> throw new IllegalArgumentException(
          "riskSet is \"" + settings.riskSet() + "\"; it has to be \"batch\" or \"memory\"");
    };
  }

  @Override
  public Operand<TFloat32> loss(Net net, LossInput input) {
    int width = Net.lastDimension(input.output().raw());
    if (width != 1) {
      throw new IllegalArgumentException(
          "cox needs a head with one log hazard a patient; this one has " + width
              + ": leave out the survival head's bins, or take discrete-time-nll");
    }
    TargetInput.Survival target = input.target().requireSurvival();
    Ops tf = net.tf();
    Operand<TFloat32> hazard = tf.reshape(input.output().raw(), tf.array(-1)); // [B], a log
    if (!memory) {
      return ofBatch(net, hazard, target);
    }
    if (!net.training() || input.trainingPatients() < 1) {
      throw new IllegalStateException("the memory of cox is that of training patients");
    }
    return new RiskMemory(net, input.trainingPatients())
        .loss(
            hazard,
            target.time(),
            target.event(),
            target.observedMask(),
            input.trainingIndex(),
            efron);
  }

  private Operand<TFloat32> ofBatch(
      Net net, Operand<TFloat32> hazard, TargetInput.Survival target) {
    Ops tf = net.tf();
    Operand<TFloat32> event = tf.math.mul(target.event(), target.observedMask());
    Operand<TFloat32> row = net.expand(target.time(), 1); // [B, 1]: the patient whose event it is
    Operand<TFloat32> column = net.expand(target.time(), 0); // [1, B]: who is at risk
    Operand<TFloat32> atRisk = tf.math.mul(
        number(tf, tf.math.greaterEqual(column, row)), net.expand(target.observedMask(), 0));
    Operand<TFloat32> unfit =
        tf.math.mul(tf.math.sub(tf.constant(1f), atRisk), tf.constant(-1e30f));
    Operand<TFloat32> hazards = net.expand(hazard, 0);
    // the largest log hazard of each risk set keeps the exponentials finite
    Operand<TFloat32> largest = tf.stopGradient(tf.reduceMax(
        tf.math.add(tf.math.mul(hazards, atRisk), unfit),
        tf.array(1),
        org.tensorflow.op.core.ReduceMax.keepDims(true))); // [B, 1]
    // of a row that nobody is at risk in (an unknown target) nothing is used
    Operand<TFloat32> shift = tf.math.maximum(largest, tf.constant(-1e20f));
    Operand<TFloat32> exponents = tf.math.add(
        tf.math.mul(tf.math.sub(hazards, shift), atRisk),
        tf.math.mul(tf.math.sub(tf.constant(1f), atRisk), tf.constant(-1e4f)));
    Operand<TFloat32> weights = tf.math.exp(exponents); // [B, B], 0 for who is not at risk
    Operand<TFloat32> denominator = net.sum(weights, 1, false); // [B]
    if (efron) {
      Operand<TFloat32> tied =
          tf.math.mul(number(tf, tf.math.equal(column, row)), net.expand(event, 0)); // [B, B]
      Operand<TFloat32> deaths = tf.math.maximum(net.sum(tied, 1, false), tf.constant(1f));
      Operand<TFloat32> before =
          net.sum(tf.linalg.bandPart(tied, tf.constant(-1L), tf.constant(0L)), 1, false);
      // the k-th of d events at one time leaves k/d of their hazards out; the sum over k is the
      // same in any order
      Operand<TFloat32> share = tf.math.div(
          tf.math.maximum(tf.math.sub(before, tf.constant(1f)), tf.constant(0f)), deaths);
      // what of a hazard is in the risk set
      weights = tf.math.mul(
          weights,
          tf.math.sub(tf.constant(1f), tf.math.mul(tied, tf.stopGradient(net.expand(share, 1)))));
      denominator = net.sum(weights, 1, false);
    }
    // rows without an event do not count: 1 keeps their logarithm finite
    Operand<TFloat32> counted =
        tf.math.add(tf.math.mul(denominator, event), tf.math.sub(tf.constant(1f), event));
    Operand<TFloat32> logs = tf.math.add(tf.math.log(counted), tf.reshape(shift, tf.array(-1)));
    Operand<TFloat32> likelihood = net.sum(tf.math.mul(event, tf.math.sub(hazard, logs)), 0, false);
    Operand<TFloat32> events = tf.math.maximum(net.sum(event, 0, false), tf.constant(1f));
    Operand<TFloat32> loss = tf.math.neg(tf.math.div(likelihood, events));
    // events expected of each patient, less that seen (Therneau, Grambsch and Fleming 1990)
    Operand<TFloat32> expected =
        net.sum(tf.math.mul(net.expand(tf.math.div(event, counted), 1), weights), 0, false); // [B]
    return KnownGradient.of(tf, loss, hazard, tf.math.div(tf.math.sub(expected, event), events));
  }

  private static Operand<TFloat32> number(Ops tf, Operand<TBool> condition) {
    return tf.stopGradient(tf.dtypes.cast(condition, TFloat32.class));
  }

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.SURVIVAL);
  }

  @Override
  public boolean proportionalHazards() {
    return true;
  }
}
