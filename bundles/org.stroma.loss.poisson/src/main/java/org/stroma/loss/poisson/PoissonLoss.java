/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.loss.poisson;

import java.util.Set;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.Loss;
import org.stroma.api.LossInput;
import org.stroma.api.LossPart;
import org.stroma.api.PartFacts;
import org.stroma.api.TargetInfo;
import org.stroma.api.TargetKind;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.framework.losses.Losses;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The negative log likelihood of counts under a Poisson distribution, without what does not depend on the model, over the mean
 * m of the training patients: rate - y log(rate + 1e-7), where y is the count over m and rate = exp(z) of what the head
 * returns z [B, 1]. It is PyTorch's {@code poisson_nll_loss} with {@code log_input}, of counts in units of m, so that it is of
 * the same size for rare and for frequent things; the mean is over patients whose count is known. 0 where none is.
 *
 * <p>Heads return the logarithm of the rate because a rate is above 0: {@code count} does. From exp(20) on the rate rises
 * linearly, so that it stays finite. The 1e-7 is tensorflow-framework's: patients with counts above 0 whose rate has fallen
 * below 1e-7 of the mean get no gradient that would raise it.
 */
@Component(configurationPid = PoissonLoss.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = PoissonLoss.Settings.class, factory = true)
@LossPart("poisson")
@PartFacts(parameters = "none", cost = "O(1) a patient")
public final class PoissonLoss implements Loss {
  static final String PID = "org.stroma.loss.poisson";

  private static final float LINEAR_FROM = 20;

  /** Nothing can be set. */
  @ObjectClassDefinition(
      name = "Poisson",
      description =
          "Poisson likelihood of counts, of a head that gives the logarithm of their rate")
  public @interface Settings {}

  @Override
  public Operand<TFloat32> loss(Net net, LossInput input) {
    int width = Net.lastDimension(input.output().raw());
    if (width != 1) {
      throw new IllegalArgumentException(
          "poisson needs a head with one number a patient, such as count; this one has " + width);
    }
    Ops tf = net.tf();
    TargetInfo.Count info = input.info().requireCount();
    Operand<TFloat32> count = tf.reshape(
        tf.math.div(input.target().requireCount().value(), tf.constant(info.mean())),
        tf.array(-1, 1)); // [B, 1]
    Operand<TFloat32> logarithm = tf.reshape(input.output().raw(), tf.array(-1, 1));
    Operand<TFloat32> each = Losses.poisson(tf, count, rate(tf, logarithm)); // [B]
    Operand<TFloat32> known = input.target().observedMask();
    return tf.math.divNoNan(net.sum(tf.math.mul(each, known), 0, false), net.sum(known, 0, false));
  }

  /** exp(z), and its tangent from {@link #LINEAR_FROM} on. */
  private static Operand<TFloat32> rate(Ops tf, Operand<TFloat32> logarithm) {
    Operand<TFloat32> curved = tf.math.minimum(logarithm, tf.constant(LINEAR_FROM));
    return tf.math.mul(
        tf.math.exp(curved), tf.math.add(tf.constant(1f), tf.math.sub(logarithm, curved)));
  }

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.COUNT);
  }
}
