/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.encoder.clam;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.Encoding;
import org.stroma.api.EncodingKey;
import org.stroma.api.Loss;
import org.stroma.api.LossInput;
import org.stroma.api.LossPart;
import org.stroma.api.PartFacts;
import org.stroma.api.TargetKind;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.TopK;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The instance-level clustering loss of CLAM (Lu et al. 2021, Methods), for a modality whose
 * encoder is {@code clam}. In the classifier of a bag's own class, the k patches that the class'
 * branch attends to most are labelled 1 and the k least attended ones 0: the mean cross-entropy of
 * these 2k. With {@code subtyping} (classes exclude each other) the k most attended patches of
 * every other class are labelled 0 in that class' classifier, and the sum over classes is divided
 * by C. The loss is the mean over bags; the paper weights it with 0.3 and the slide's loss with
 * 0.7, and has a smooth hinge in place of cross-entropy where the two are combined.
 *
 * <p>Patches are chosen by rank, which has no gradient; padding is never chosen. A bag of n patches
 * has at most n / 2 in each group, so that no patch has both labels; with fewer than two patches it
 * takes no part, nor does a bag whose class is not known. Each visit of a patient is a bag with the
 * patient's class.
 */
@Component(
    configurationPid = ClamInstanceLoss.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ClamInstanceLoss.Settings.class, factory = true)
@LossPart("clam-instance")
@PartFacts(paper = "Lu et al. 2021", parameters = "none", cost = "linear in N, and in k log N")
public final class ClamInstanceLoss implements Loss {
  static final String PID = "org.stroma.encoder.clam.instance";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "CLAM's instance loss",
      description = "Cross-entropy of the most and the least attended patches of each bag")
  public @interface Settings {
    @AttributeDefinition(description = "the modality; empty for the only one whose encoder is clam")
    String modality() default "";

    @AttributeDefinition(
        description = "most and least attended patches of a bag",
        min = "1",
        max = "65536")
    int k() default 8;

    @AttributeDefinition(
        description = "whether classes exclude each other, so that other classes learn as well")
    boolean subtyping() default false;
  }

  private final Settings settings;

  @Activate
  public ClamInstanceLoss(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Operand<TFloat32> loss(Net net, LossInput input) {
    Ops tf = net.tf();
    String modality = modality(input.encodings());
    Encoding encoding = input.encodings().get(modality);
    Operand<TFloat32> logits =
        encoding.get(EncodingKey.INSTANCE_LOGITS).orElseThrow(); // [R, N, C, 2]
    int classes = (int) logits.shape().get(2);
    int wanted = input.info().requireClasses().count();
    if (classes != wanted) {
      throw new IllegalArgumentException("the target has " + wanted
          + " classes and the encoder of " + modality + " is set to " + classes
          + ": give it \"classes\": " + wanted);
    }
    Operand<TFloat32> mask = encoding.tokens().orElseThrow().mask(); // [R, N]
    Operand<TFloat32> attention = tf.linalg.transpose(
        tf.stopGradient(encoding.get(EncodingKey.CLASS_ATTENTION).orElseThrow()),
        tf.array(0, 2, 1)); // [R, C, N]
    Operand<TFloat32> count = net.sum(mask, 1, false); // [R]
    Operand<TFloat32> each = tf.math.minimum(
        tf.constant((float) settings.k()),
        tf.math.floor(tf.math.mul(count, tf.constant(0.5f)))); // patches per group
    Operand<TFloat32> margin = margin(net, logits); // [R, C, N]
    Operand<TFloat32> hidden = // lower than any attention
        tf.math.mul(tf.math.sub(tf.constant(1f), net.expand(mask, 1)), tf.constant(-2f));
    Operand<TFloat32> top = chosen(net, tf.math.add(attention, hidden), margin);
    Operand<TFloat32> bottom = chosen(net, tf.math.sub(hidden, attention), margin);
    Operand<TFloat32> rankMask = rankMask(net, top, each); // [R, 1, K]
    Operand<TFloat32> perClass = net.expand(tf.math.maximum(each, tf.constant(1f)), 1); // [R, 1]

    // -log p(1) = softplus(-margin), -log p(0) = softplus(margin)
    Operand<TFloat32> topIsOne =
        net.sum(tf.math.mul(tf.math.softplus(tf.math.neg(top)), rankMask), 2, false); // [R, C]
    Operand<TFloat32> topIsZero = net.sum(tf.math.mul(tf.math.softplus(top), rankMask), 2, false);
    Operand<TFloat32> bottomIsZero =
        net.sum(tf.math.mul(tf.math.softplus(bottom), rankMask), 2, false);
    Operand<TInt32> visits = visits(tf, input, count);
    Operand<TInt32> label = tf.reshape(
        tf.broadcastTo(
            tf.expandDims(input.target().requireClasses().label(), tf.constant(1)), visits),
        tf.array(-1)); // [R]
    Operand<TFloat32> own =
        tf.oneHot(label, tf.constant(classes), tf.constant(1f), tf.constant(0f)); // [R, C]
    Operand<TFloat32> total =
        tf.math.mul(own, tf.math.mul(tf.math.add(topIsOne, bottomIsZero), tf.constant(0.5f)));
    if (settings.subtyping()) {
      Operand<TFloat32> other = tf.math.mul(tf.math.sub(tf.constant(1f), own), topIsZero);
      total = tf.math.mul(tf.math.add(total, other), tf.constant(1f / classes));
    }
    Operand<TFloat32> bag = net.sum(tf.math.div(total, perClass), 1, false); // [R]
    Operand<TFloat32> known = tf.reshape(
        tf.broadcastTo(net.expand(input.target().observedMask(), 1), visits), tf.array(-1));
    Operand<TFloat32> counts = // 1 for bags that take part
        tf.math.mul(
            tf.math.mul(known, input.presence().get(modality)),
            tf.math.minimum(each, tf.constant(1f)));
    return tf.math.divNoNan(net.sum(tf.math.mul(bag, counts), 0, false), net.sum(counts, 0, false));
  }

  /** Reshapes [B x T] to [B, T]. */
  private static Operand<TInt32> visits(Ops tf, LossInput input, Operand<TFloat32> perBag) {
    Operand<TInt32> b = tf.shape(input.target().requireClasses().label());
    return tf.concat(
        List.<Operand<TInt32>>of(b, tf.math.floorDiv(tf.shape(perBag), b)), tf.constant(0));
  }

  /** Logit of 1 minus logit of 0: [R, N, C, 2] to [R, C, N]. */
  private static Operand<TFloat32> margin(Net net, Operand<TFloat32> logits) {
    return net.einsum("rncl,l->rcn", logits, net.tf().constant(new float[] {-1, 1}));
  }

  /** Margins of the K = min(k, N) patches with the highest rank: [R, C, K]. */
  private Operand<TFloat32> chosen(Net net, Operand<TFloat32> rank, Operand<TFloat32> margin) {
    Ops tf = net.tf();
    Operand<TInt32> shape = tf.shape(rank); // [R, C, N]
    Operand<TInt32> n = tf.reshape(tf.slice(shape, tf.array(2), tf.array(1)), tf.array(new int[0]));
    Operand<TInt32> most = tf.math.minimum(n, tf.constant(settings.k()));
    Operand<TInt32> patch =
        tf.nn.topK(rank, most, TInt32.class, TopK.sorted(true)).indices(); // [R, C, K]
    Operand<TInt32> first =
        tf.range(tf.constant(0), tf.size(rank), n); // flat index of patch 0 of each bag and class
    Operand<TInt32> rc = tf.slice(shape, tf.array(0), tf.array(2));
    first = tf.reshape(
        first, tf.concat(List.<Operand<TInt32>>of(rc, tf.array(1)), tf.constant(0))); // [R, C, 1]
    return tf.gather(tf.reshape(margin, tf.array(-1)), tf.math.add(patch, first), tf.constant(0));
  }

  /** Mask [R, 1, K]: 1 for the first ranks of each bag, as many as it has patches per group. */
  private static Operand<TFloat32> rankMask(
      Net net, Operand<TFloat32> chosen, Operand<TFloat32> each) {
    Ops tf = net.tf();
    Operand<TInt32> k =
        tf.reshape(tf.slice(tf.shape(chosen), tf.array(2), tf.array(1)), tf.array(new int[0]));
    Operand<TFloat32> place =
        tf.dtypes.cast(tf.range(tf.constant(0), k, tf.constant(1)), TFloat32.class);
    return tf.dtypes.cast(tf.math.less(place, net.expand(each, 1, 1)), TFloat32.class);
  }

  /** Whether the encoder gives what the loss needs. */
  private static boolean supports(Encoding encoding) {
    return encoding.get(EncodingKey.INSTANCE_LOGITS).isPresent()
        && encoding.get(EncodingKey.CLASS_ATTENTION).isPresent()
        && encoding.tokens().isPresent();
  }

  private String modality(Map<String, Encoding> encodings) {
    List<String> able = encodings.entrySet().stream()
        .filter(e -> supports(e.getValue()))
        .map(Map.Entry::getKey)
        .toList();
    if (able.isEmpty()) {
      throw new IllegalArgumentException(
          "clam-instance needs a modality whose encoder is clam; there is none");
    }
    if (settings.modality().isEmpty()) {
      if (able.size() > 1) {
        throw new IllegalArgumentException("clam-instance needs a \"modality\": there are "
            + String.join(", ", able) + " whose encoder is clam");
      }
      return able.get(0);
    }
    if (!able.contains(settings.modality())) {
      throw new IllegalArgumentException("clam-instance is set to " + settings.modality()
          + ", whose encoder is not clam; clam encodes " + String.join(", ", able));
    }
    return settings.modality();
  }

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.CLASS);
  }
}
