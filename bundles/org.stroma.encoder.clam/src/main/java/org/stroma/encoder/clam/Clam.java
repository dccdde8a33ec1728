/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.encoder.clam;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.stroma.api.Encoder;
import org.stroma.api.EncoderPart;
import org.stroma.api.Encoding;
import org.stroma.api.EncodingKey;
import org.stroma.api.ModalityInput;
import org.stroma.api.PartFacts;
import org.stroma.nn.Activation;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The encoder of CLAM (Lu et al. 2021, Methods): patches [B, N, D] through a linear layer and ReLU
 * to h [B, N, d], gated attention (Ilse et al. 2018, eq. 9) with one branch, or with one a class,
 * and a binary classifier of patches a class. With a single branch the slide's vector is the sum of
 * its patches weighted by the attention. With multiple branches there are C such vectors, which the
 * paper gives to a linear score each; here they are concatenated and projected to d, so that any
 * fusion and head can follow.
 *
 * <p>Gives h as tokens, the attention (the mean of the branches'),
 * {@link EncodingKey#INSTANCE_LOGITS} [B, N, C, 2] and {@link EncodingKey#CLASS_ATTENTION} [B, N,
 * C], both zero on padding. The classifiers of patches learn from the loss {@code clam-instance}
 * alone. A bag without patches becomes zero with a single branch, and the projection's bias with
 * multiple ones.
 */
@Component(configurationPid = Clam.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = Clam.Settings.class, factory = true)
@EncoderPart("clam")
@PartFacts(
    paper = "Lu et al. 2021",
    parameters =
        "D d + d + 2 (d + 1) units + (units + 1) + 2 (d + 1) classes; multi: (units + 1) classes in the middle, and "
            + "classes d d + d more",
    cost = "linear in N")
public final class Clam implements Encoder {
  static final String PID = "org.stroma.encoder.clam";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "CLAM",
      description =
          "Gated attention over a bag of patches, with classifiers of patches for clam-instance")
  public @interface Settings {
    @AttributeDefinition(
        description = "one attention for all classes, or one a class",
        options = {
          @Option(label = "Single", value = "single"),
          @Option(label = "Multiple", value = "multi")
        })
    String branches() default "single";

    @AttributeDefinition(
        description = "classes of the target that clam-instance learns from",
        min = "1",
        max = "1024")
    int classes() default 2;

    @AttributeDefinition(
        description = "hidden units of the attention; 0 for embedDim / 2",
        min = "0",
        max = "65536")
    int units() default 0;

    @AttributeDefinition(
        description = "dropout on the patches and inside the attention",
        min = "0",
        max = "0.99")
    double dropout() default 0.25;

    @AttributeDefinition(description = "activation of the projected patches")
    Activation activation() default Activation.relu;
  }

  private final Settings settings;
  private final boolean multi;

  @Activate
  public Clam(Settings settings) {
    this.settings = settings;
    multi = switch (settings.branches()) {
      case "single" -> false;
      case "multi" -> true;
      default -> throw new IllegalArgumentException(
          "branches is \"" + settings.branches() + "\"; it has to be \"single\" or \"multi\"");
    };
  }

  @Override
  public Encoding encode(Net net, ModalityInput input) {
    ModalityInput.Bags bags = input.bags();
    Ops tf = net.tf();
    int d = net.embedDim();
    int classes = settings.classes();
    int branches = multi ? classes : 1;
    Operand<TFloat32> h = net.activation(
        settings.activation(), net.dense("projection", bags.values(), d)); // [B, N, d]
    h = net.dropout("drop", h, settings.dropout());
    Operand<TFloat32> scores = scores(net.scope("attention"), h, branches); // [B, N, branches]
    Operand<TFloat32> weights = net.maskedSoftmax(
        tf.linalg.transpose(scores, tf.array(0, 2, 1)),
        net.expand(bags.mask(), 1)); // [B, branches, N]
    Operand<TFloat32> pooled =
        tf.reshape(net.einsum("bcn,bnd->bcd", weights, h), tf.array(-1, branches * d));
    Operand<TFloat32> embedding = multi ? net.dense("merge", pooled, d) : pooled;

    Operand<TFloat32> real = net.expand(bags.mask(), 2); // [B, N, 1]
    Operand<TFloat32> logits = tf.math.mul(net.dense("instance", h, 2 * classes), real);
    Operand<TInt32> bn = tf.slice(tf.shape(h), tf.array(0), tf.array(2));
    logits = tf.reshape(
        logits, tf.concat(List.<Operand<TInt32>>of(bn, tf.array(classes, 2)), tf.constant(0)));
    Operand<TFloat32> byClass = tf.linalg.transpose(weights, tf.array(0, 2, 1)); // [B, N, branches]
    byClass = multi ? byClass : tf.tile(byClass, tf.array(1, 1, classes));
    return Encoding.of(embedding)
        .withTokens(h, bags.mask())
        .withAttention(net.mean(weights, 1, false))
        .with(EncodingKey.INSTANCE_LOGITS, logits)
        .with(EncodingKey.CLASS_ATTENTION, byClass);
  }

  /** Attention scores before the softmax, [B, N, branches]. */
  private Operand<TFloat32> scores(Net net, Operand<TFloat32> h, int branches) {
    Ops tf = net.tf();
    int units = settings.units() == 0 ? Math.max(1, net.embedDim() / 2) : settings.units();
    Operand<TFloat32> hidden =
        net.dropout("drop1", tf.math.tanh(net.dense("tanh", h, units)), settings.dropout());
    Operand<TFloat32> gate =
        net.dropout("drop2", tf.math.sigmoid(net.dense("gate", h, units)), settings.dropout());
    return net.dense("score", tf.math.mul(hidden, gate), branches);
  }
}
