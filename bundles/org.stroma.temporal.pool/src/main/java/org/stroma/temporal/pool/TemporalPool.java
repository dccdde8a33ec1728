/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.temporal.pool;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.stroma.api.PartFacts;
import org.stroma.api.TemporalModule;
import org.stroma.api.TemporalPart;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * Baseline over visits: the last present one, or the mean or maximum of all. Has no parameters and
 * ignores the time between visits. A patient without visits gets zeros.
 */
@Component(configurationPid = TemporalPool.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = TemporalPool.Settings.class, factory = true)
@TemporalPart("pool")
@PartFacts(parameters = "none", cost = "T d")
public final class TemporalPool implements TemporalModule {
  static final String PID = "org.stroma.temporal.pool";

  /** Far below any state, but without overflow. */
  private static final float LOW = -1e30f;

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Pooling",
      description = "The last visit, or the mean or maximum over visits")
  public @interface Settings {
    @AttributeDefinition(
        description = "what is taken of the visits",
        options = {
          @Option(label = "the last visit", value = "last"),
          @Option(label = "the mean", value = "mean"),
          @Option(label = "the maximum of each number", value = "max")
        })
    String mode() default "last";
  }

  private final Settings settings;

  @Activate
  public TemporalPool(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Sequence reason(
      Net net, Operand<TFloat32> visits, Operand<TFloat32> days, Operand<TFloat32> mask) {
    return Sequence.of(
        switch (settings.mode()) {
          case "mean" -> weighted(net, visits, mask);
          case "max" -> maximum(net, visits, mask);
          default -> weighted(net, visits, lastVisit(net, mask));
        },
        visits);
  }

  /** One-hot [B, T] at the last present visit; gaps before it are allowed. */
  private static Operand<TFloat32> lastVisit(Net net, Operand<TFloat32> mask) {
    var tf = net.tf();
    Operand<TFloat32> index = tf.math.cumsum(tf.onesLike(mask), tf.constant(1)); // 1 ... T
    Operand<TFloat32> there = tf.math.mul(index, mask);
    Operand<TFloat32> furthest = net.expand(tf.max(there, tf.constant(1)), 1);
    Operand<TFloat32> is = tf.dtypes.cast(tf.math.equal(there, furthest), TFloat32.class);
    return tf.math.mul(is, mask);
  }

  private static Operand<TFloat32> weighted(
      Net net, Operand<TFloat32> visits, Operand<TFloat32> weights) {
    var tf = net.tf();
    Operand<TFloat32> sum = tf.sum(tf.math.mul(visits, net.expand(weights, 2)), tf.constant(1));
    Operand<TFloat32> total = tf.math.maximum(tf.sum(weights, tf.constant(1)), tf.constant(1f));
    return tf.math.div(sum, net.expand(total, 1));
  }

  private static Operand<TFloat32> maximum(
      Net net, Operand<TFloat32> visits, Operand<TFloat32> mask) {
    var tf = net.tf();
    Operand<TFloat32> gate = net.expand(mask, 2);
    Operand<TFloat32> hidden = tf.math.mul(tf.math.sub(tf.constant(1f), gate), tf.constant(LOW));
    Operand<TFloat32> largest =
        tf.max(tf.math.add(tf.math.mul(visits, gate), hidden), tf.constant(1));
    Operand<TFloat32> any = tf.math.minimum(tf.sum(mask, tf.constant(1)), tf.constant(1f));
    return tf.math.mul(largest, net.expand(any, 1));
  }
}
