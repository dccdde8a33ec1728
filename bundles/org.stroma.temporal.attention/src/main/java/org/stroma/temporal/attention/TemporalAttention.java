/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.temporal.attention;

import java.util.List;
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
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Squeeze;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;

/**
 * A pre-norm transformer over a patient's visits [B, T, d] with sinusoidal encoding (Vaswani et al.
 * 2017, section 3.5) of their time, days x 1000 / {@code longestSpan}. Days are neither binned nor
 * clamped: those before the first visit or beyond the span extrapolate.
 *
 * <p>Let s_1 ... s_n be the states of the present visits. The progression to a visit is a perceptron
 * (2d to d to d/2) of [s_i, s_i - s_(i-1)]: the difference to the previous present visit, however
 * many are missing in between. It has the shape [B, T-1, d/2], where step t belongs to visit t+1;
 * steps to a missing visit or to the first one are zero. The embedding is a linear layer of the
 * pooled states concatenated with the mean step. A patient with one visit has no steps, and a patient
 * without visits gets zeros.
 */
@Component(
    configurationPid = TemporalAttention.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = TemporalAttention.Settings.class, factory = true)
@TemporalPart("temporal-attention")
@PartFacts(
    paper = "Vaswani et al. 2017",
    parameters = "layers (12 d² + 13 d) + 4 d² + 4.5 d; with attention pooling d² / 2 + d + 1 more",
    cost = "layers (12 T d² + 2 T² d) time, layers heads T² memory")
public final class TemporalAttention implements TemporalModule {
  static final String PID = "org.stroma.temporal.attention";

  /** Number of positions over the longest span, comparable to positions in a text. */
  private static final float POSITIONS = 1000;

  /** Far below any state, but without overflow. */
  private static final float LOW = -1e30f;

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Temporal attention",
      description = "Transformer over visits at their real days")
  public @interface Settings {
    @AttributeDefinition(description = "transformer layers", min = "1", max = "48")
    int layers() default 2;

    @AttributeDefinition(
        description = "attention heads; have to divide embedDim",
        min = "1",
        max = "128")
    int heads() default 8;

    @AttributeDefinition(
        description = "units of the feed-forward layers; 0 for 4 x embedDim",
        min = "0",
        max = "65536")
    int feedForward() default 0;

    @AttributeDefinition(description = "dropout", min = "0", max = "0.99")
    double dropout() default 0.1;

    @AttributeDefinition(
        description = "what is taken of the visits' states",
        options = {
          @Option(label = "a weighted mean that is learned", value = "attention"),
          @Option(label = "the mean", value = "mean"),
          @Option(label = "the maximum of each number", value = "max"),
          @Option(label = "the last visit", value = "last")
        })
    String pooling() default "attention";

    @AttributeDefinition(
        description = "units of the attention pooling; 0 for embedDim / 2",
        min = "0",
        max = "65536")
    int poolingUnits() default 0;

    @AttributeDefinition(
        description =
            "days between the first and the last visit of the longest history: a scale, not a limit",
        min = "1",
        max = "1000000")
    double longestSpan() default 3650;
  }

  private final Settings settings;

  @Activate
  public TemporalAttention(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Sequence reason(
      Net net, Operand<TFloat32> visits, Operand<TFloat32> days, Operand<TFloat32> mask) {
    Ops tf = net.tf();
    int d = net.embedDim();
    if (d % 2 != 0) {
      throw new IllegalArgumentException("temporal-attention needs an even embedDim, not " + d);
    }
    Operand<TFloat32> gate = net.expand(mask, 2); // [B, T, 1]
    Operand<TFloat32> positions = tf.math.mul(
        tf.math.mul(days, mask), tf.constant((float) (POSITIONS / settings.longestSpan())));
    Operand<TFloat32> x =
        tf.math.add(tf.math.mul(visits, gate), net.sinusoid(positions, d)); // [B, T, d]
    Operand<TFloat32> states = net.transformer("transformer")
        .layers(settings.layers())
        .heads(settings.heads())
        .feedForward(settings.feedForward())
        .dropout(settings.dropout())
        .apply(x, mask);
    states = tf.math.mul(states, gate);

    Operand<TFloat32> previousVisit = previousVisit(net, mask); // [B, T, T]
    Operand<TFloat32> isStep = net.sum(previousVisit, 2, true); // [B, T, 1]
    Operand<TFloat32> previous = net.einsum("bts,bsd->btd", previousVisit, states);
    Operand<TFloat32> pairs =
        tf.concat(List.of(states, tf.math.sub(states, previous)), tf.constant(2)); // [B, T, 2d]
    Operand<TFloat32> steps =
        tf.math.mul(progression(net.scope("progression"), pairs, d), isStep); // [B, T, d/2]

    Operand<TFloat32> change = weighted(net, steps, tf.squeeze(isStep, Squeeze.axis(List.of(2L))));
    Operand<TFloat32> joined =
        tf.concat(List.of(pool(net, states, mask, d), change), tf.constant(1)); // [B, 3d/2]
    Operand<TFloat32> any = tf.math.minimum(net.sum(mask, 1, true), tf.constant(1f));
    Operand<TFloat32> embedding =
        tf.math.mul(net.dense("output", tf.reshape(joined, tf.array(-1, d + d / 2)), d), any);
    return Sequence.of(embedding, states)
        .withProgression(tf.slice(steps, tf.array(0, 1, 0), tf.array(-1, -1, -1)));
  }

  private Operand<TFloat32> progression(Net net, Operand<TFloat32> pairs, int d) {
    Operand<TFloat32> hidden = net.relu(net.dense("hidden", pairs, d));
    return net.dense("output", net.dropout("drop", hidden, settings.dropout()), d / 2);
  }

  private Operand<TFloat32> pool(Net net, Operand<TFloat32> states, Operand<TFloat32> mask, int d) {
    int units = settings.poolingUnits() == 0 ? d / 2 : settings.poolingUnits();
    return switch (settings.pooling()) {
      case "mean" -> weighted(net, states, mask);
      case "max" -> maximum(net, states, mask);
      case "last" -> weighted(net, states, lastVisit(net, mask));
      default -> net.attentionPool("pooling", states, mask, units).embedding();
    };
  }

  /**
   * Previous-visit matrix [B, T, T]: 1 if visit s is the last present one before visit t; rows of
   * first and missing visits are zero.
   */
  private static Operand<TFloat32> previousVisit(Net net, Operand<TFloat32> mask) {
    Ops tf = net.tf();
    Operand<TFloat32> count =
        tf.math.cumsum(mask, tf.constant(1)); // 1 ... n over the present visits
    Operand<TBool> next = tf.math.equal(
        net.expand(tf.math.sub(count, tf.constant(1f)), 2), net.expand(count, 1)); // [B, T, T]
    Operand<TFloat32> both = tf.math.mul(net.expand(mask, 2), net.expand(mask, 1));
    return tf.math.mul(tf.dtypes.cast(next, TFloat32.class), both);
  }

  /** One-hot [B, T] at the last present visit; gaps before it are allowed. */
  private static Operand<TFloat32> lastVisit(Net net, Operand<TFloat32> mask) {
    Ops tf = net.tf();
    Operand<TFloat32> count = tf.math.cumsum(mask, tf.constant(1));
    Operand<TBool> is = tf.math.equal(count, net.sum(mask, 1, true));
    return tf.math.mul(tf.dtypes.cast(is, TFloat32.class), mask);
  }

  /** Weighted mean of x [B, T, n] along T; zero if all weights are zero. */
  private static Operand<TFloat32> weighted(
      Net net, Operand<TFloat32> x, Operand<TFloat32> weights) {
    Ops tf = net.tf();
    Operand<TFloat32> total = tf.math.maximum(net.sum(weights, 1, true), tf.constant(1f));
    return tf.math.div(net.sum(tf.math.mul(x, net.expand(weights, 2)), 1, false), total);
  }

  private static Operand<TFloat32> maximum(
      Net net, Operand<TFloat32> states, Operand<TFloat32> mask) {
    Ops tf = net.tf();
    Operand<TFloat32> hidden =
        tf.math.mul(tf.math.sub(tf.constant(1f), net.expand(mask, 2)), tf.constant(LOW));
    Operand<TFloat32> largest = tf.max(tf.math.add(states, hidden), tf.constant(1));
    return tf.math.mul(largest, tf.math.minimum(net.sum(mask, 1, true), tf.constant(1f)));
  }
}
