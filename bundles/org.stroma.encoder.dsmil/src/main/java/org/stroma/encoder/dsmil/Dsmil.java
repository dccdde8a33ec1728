/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.encoder.dsmil;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.Encoder;
import org.stroma.api.EncoderPart;
import org.stroma.api.Encoding;
import org.stroma.api.EncodingKey;
import org.stroma.api.ModalityInput;
import org.stroma.api.PartFacts;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The encoder of dual-stream multiple instance learning (Li, Li and Eliceiri 2021, section 3.2)
 * over patches [B, N, D]. The first stream scores every patch for each of C classes, c = W0 x; the
 * highest score is the bag's, and its patch m is critical. The second stream has q = Wq x and v =
 * Wv x [B, N, d] and weights the patches of a class by softmax(q . q_m / sqrt(queryUnits)) over n
 * (eq. 3 to 5; the scale is that of the published code): b = sum of weight times v. The C vectors b
 * are projected to d if there are several.
 *
 * <p>The paper ends in a score of each stream and averages the two (eq. 6). Here any fusion and
 * head can follow, so the average is taken one layer earlier: a linear layer takes the C highest
 * scores to d, and the embedding is that plus the bag's vector. By that W0, which choosing a patch
 * gives no gradient, learns from every head.
 *
 * <p>Gives v as tokens, the attention (the mean over classes) and
 * {@link EncodingKey#INSTANCE_SCORES} [B, N, C], zero on padding. Of equally high scores the first
 * patch is critical. A bag without patches becomes the biases.
 */
@Component(configurationPid = Dsmil.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = Dsmil.Settings.class, factory = true)
@EncoderPart("dsmil")
@PartFacts(
    paper = "Li et al. 2021",
    parameters =
        "(D + 1) (classes + queryUnits + d) + (classes + 1) d; with several classes classes d d + d more",
    cost = "linear in N")
public final class Dsmil implements Encoder {
  static final String PID = "org.stroma.encoder.dsmil";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Dual-stream multiple instance learning",
      description = "Attention over a bag of patches by their distance to the critical one")
  public @interface Settings {
    @AttributeDefinition(
        description = "classes that have a critical patch each",
        min = "1",
        max = "1024")
    int classes() default 1;

    @AttributeDefinition(description = "width of the queries", min = "1", max = "65536")
    int queryUnits() default 128;

    @AttributeDefinition(
        description = "dropout on the patches that are summed",
        min = "0",
        max = "0.99")
    double dropout() default 0.1;
  }

  private final Settings settings;

  @Activate
  public Dsmil(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Encoding encode(Net net, ModalityInput input) {
    ModalityInput.Bags bags = input.bags();
    Ops tf = net.tf();
    int d = net.embedDim();
    int classes = settings.classes();
    Operand<TFloat32> x = bags.values();
    Operand<TFloat32> mask = bags.mask();
    Operand<TFloat32> scores =
        tf.math.mul(net.dense("instance", x, classes), net.expand(mask, 2)); // [B, N, C]
    Operand<TFloat32> critical = critical(net, scores, mask); // [B, C, N]
    Operand<TFloat32> highest = net.einsum("bcn,bnc->bc", critical, scores);

    Operand<TFloat32> queries = net.dense("query", x, settings.queryUnits()); // [B, N, q]
    Operand<TFloat32> query = net.einsum("bcn,bnq->bcq", critical, queries);
    Operand<TFloat32> similarity =
        tf.math.mul(net.einsum("bcq,bnq->bcn", query, queries), tf.constant((float)
            (1 / Math.sqrt(settings.queryUnits()))));
    Operand<TFloat32> weights = net.maskedSoftmax(similarity, net.expand(mask, 1)); // [B, C, N]
    Operand<TFloat32> v =
        net.dropout("drop", net.dense("value", x, d), settings.dropout()); // [B, N, d]
    Operand<TFloat32> bag =
        tf.reshape(net.einsum("bcn,bnd->bcd", weights, v), tf.array(-1, classes * d));
    bag = classes == 1 ? bag : net.dense("merge", bag, d);
    Operand<TFloat32> max = net.dense("max", tf.reshape(highest, tf.array(-1, classes)), d);
    return Encoding.of(tf.math.add(bag, max))
        .withTokens(v, mask)
        .withAttention(net.mean(weights, 1, false))
        .with(EncodingKey.INSTANCE_SCORES, scores);
  }

  /** One-hot [B, C, N] at the highest-scoring real patch of each class; no gradient. */
  private static Operand<TFloat32> critical(
      Net net, Operand<TFloat32> scores, Operand<TFloat32> mask) {
    Ops tf = net.tf();
    Operand<TFloat32> hidden =
        tf.math.mul(tf.math.sub(tf.constant(1f), mask), tf.constant(Net.MASKED));
    Operand<TInt32> first = tf.math.argMax(
        tf.math.add(scores, net.expand(hidden, 2)), tf.constant(1), TInt32.class); // [B, C]
    Operand<TInt32> n =
        tf.reshape(tf.slice(tf.shape(scores), tf.array(1), tf.array(1)), tf.array(new int[0]));
    Operand<TFloat32> chosen = tf.oneHot(first, n, tf.constant(1f), tf.constant(0f));
    return tf.stopGradient(tf.math.mul(chosen, net.expand(mask, 1)));
  }
}
