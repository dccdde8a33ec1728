/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.loss.discretetime;

import java.util.List;
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
 * The negative log likelihood of a discrete-time survival model (Zadeh and Schmid 2020, section 2): the mean over patients
 * whose target is known, in nats; 0 where none is.
 *
 * <p>With hazards h_j = sigmoid(z_j) of logits z [B, k] and survival S_j = (1 - h_0) ... (1 - h_j), a patient whose event
 * fell into bin b has the likelihood S_(b-1) h_b, and one censored in bin b has S_b: censored patients count as having
 * survived their bin. Everything is computed from the logits by softplus, so that no likelihood is too small for its
 * logarithm. The last bin has no end, and neither event nor censoring are ever outside of the bins.
 */
@Component(
    configurationPid = DiscreteTimeLoss.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = DiscreteTimeLoss.Settings.class, factory = true)
@LossPart("discrete-time-nll")
@PartFacts(paper = "Zadeh and Schmid 2020", parameters = "none", cost = "O(bins) a patient")
public final class DiscreteTimeLoss implements Loss {
  static final String PID = "org.stroma.loss.discretetime";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Discrete-time likelihood",
      description = "Negative log likelihood of hazards in time bins; the survival head needs bins")
  public @interface Settings {
    @AttributeDefinition(
        description =
            "weight taken from censored patients: they count 1 - alpha, as in MCAT and SurvPath",
        min = "0",
        max = "0.99")
    double alpha() default 0;
  }

  private final double alpha;

  @Activate
  public DiscreteTimeLoss(Settings settings) {
    alpha = settings.alpha();
  }

  @Override
  public Operand<TFloat32> loss(Net net, LossInput input) {
    Operand<TFloat32> logits = input.output().raw(); // [B, k]
    int bins = Net.lastDimension(logits);
    float[] cuts = input.info().requireSurvival().cuts();
    if (bins < 2 || cuts.length == 0) {
      throw new IllegalArgumentException(
          "discrete-time-nll needs hazards in time bins: give the survival head bins, such as \"bins\": 4");
    }
    if (bins != cuts.length + 1) {
      throw new IllegalArgumentException("the head has " + bins
          + " bins and the target is cut into " + (cuts.length + 1) + "; they have to be the same");
    }
    Ops tf = net.tf();
    TargetInput.Survival target = input.target().requireSurvival();
    Operand<TFloat32> passed = tf.dtypes.cast(
        tf.math.greaterEqual(net.expand(target.time(), 1), tf.constant(cuts)),
        TFloat32.class); // [B, k - 1]
    Operand<TFloat32> zero = net.expand(tf.zerosLike(target.time()), 1); // [B, 1]
    Operand<TFloat32> survived =
        tf.concat(List.of(passed, zero), tf.constant(1)); // [B, k]: bins before the patient's own
    Operand<TFloat32> reached =
        tf.concat(List.of(tf.onesLike(zero), passed), tf.constant(1)); // and that one as well
    Operand<TFloat32> died = tf.math.mul(
        tf.math.sub(reached, survived), net.expand(target.event(), 1)); // the bin of the event
    // -log(1 - h) = softplus(z) and -log h = softplus(-z)
    Operand<TFloat32> each = net.sum(
        tf.math.add(
            tf.math.mul(tf.math.sub(reached, died), tf.math.softplus(logits)),
            tf.math.mul(died, tf.math.softplus(tf.math.neg(logits)))),
        1,
        false); // [B]
    Operand<TFloat32> censored = tf.math.sub(tf.constant(1f), target.event());
    Operand<TFloat32> weight =
        tf.math.sub(tf.constant(1f), tf.math.mul(censored, tf.constant((float) alpha)));
    Operand<TFloat32> total =
        net.sum(tf.math.mul(tf.math.mul(each, weight), target.observedMask()), 0, false);
    return tf.math.divNoNan(total, net.sum(target.observedMask(), 0, false));
  }

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.SURVIVAL);
  }
}
