/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.pretext.masked;

import java.util.List;
import java.util.SortedMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.Encoding;
import org.stroma.api.ModalityInput;
import org.stroma.api.PartFacts;
import org.stroma.api.Pretext;
import org.stroma.api.PretextPart;
import org.stroma.nn.Initializer;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Cumsum;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * Masked reconstruction: hides a share of each row from the encoder and predicts it from the rest (He
 * et al. 2022 for bags, with the mask token at the encoder's input as in Xie et al. 2022; Devlin et
 * al. 2019 for texts). Only hidden elements enter the loss. The decoder (linear to d, GELU, linear)
 * is discarded after pretraining.
 *
 * <p>Exactly round(share x n) of the n elements of a bag, tokens of a text or features of a vector
 * are hidden, drawn anew in each step. With n of at least 2, at least one is hidden and one stays;
 * a single element is never hidden. The class token of a text counts among the n and always stays.
 * With {@code block} the hidden elements are consecutive; a block that reaches the end continues at
 * the start, so that all elements are hidden equally often.
 *
 * <table>
 * <caption>What is hidden and what is predicted</caption>
 * <tr><th>modality</th><th>replacement</th><th>predicted from token and embedding</th>
 *     <th>predicted from the embedding alone</th></tr>
 * <tr><td>bags</td><td>a learned vector</td><td>each hidden element</td>
 *     <td>the mean of the bag's hidden elements</td></tr>
 * <tr><td>texts</td><td>the id {@code maskId}</td><td>each hidden id</td>
 *     <td>each hidden id, from one distribution over the vocabulary per text</td></tr>
 * <tr><td>vectors</td><td>0</td><td>never</td><td>each hidden feature</td></tr>
 * </table>
 *
 * <p>The decoder's input is an element's token concatenated with the embedding of its row, so that
 * pooling is trained too, and so that encoders whose tokens do not interact have context to predict
 * from. If the encoder gives no tokens, it is the embedding alone. Tokens have to correspond to the
 * elements one by one.
 *
 * <p>Numbers are compared by squared error after standardising each target feature over all hidden
 * elements of the batch: an uninformed decoder has a loss of 1. Constant features are ignored. Ids
 * are compared by cross-entropy. The loss is 0 if nothing is hidden, and for a single row of vectors
 * or of bags without tokens.
 */
@Component(
    configurationPid = MaskedReconstruction.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = MaskedReconstruction.Settings.class, factory = true)
@PretextPart("masked-reconstruction")
@PartFacts(
    paper = "He et al. 2022; Xie et al. 2022; Devlin et al. 2019 (texts)",
    parameters =
        "2d² + d + (d + 1) D with tokens, d² less without; D more for bags; not kept. D is the vocabulary for texts",
    cost = "the encoder once, a sort N log N, and share N d D in time, share N D in memory")
public final class MaskedReconstruction implements Pretext {
  static final String PID = "org.stroma.pretext.masked";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Masked reconstruction",
      description = "Tells what was hidden of each patient from the rest")
  public @interface Settings {
    @AttributeDefinition(
        description = "share that is hidden; texts are often given 0.15",
        min = "0.001",
        max = "0.999")
    double share() default 0.75;

    @AttributeDefinition(description = "whether the hidden elements follow one another")
    boolean block() default false;

    @AttributeDefinition(
        description =
            "texts: the id that hidden tokens get. 0 is that of padding, which no real token has; a pretrained vocabulary has"
                + " an id for it, such as 103",
        min = "0")
    int maskId() default 0;
  }

  /** Variance relative to the squared mean below which a feature counts as constant. */
  private static final float SAME = 1e-10f;

  private final Settings settings;

  @Activate
  public MaskedReconstruction(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Operand<TFloat32> loss(
      Net net, SortedMap<String, ModalityInput> inputs, SortedMap<String, Trained> encoders) {
    String modality = Pretext.only(inputs);
    ModalityInput input = inputs.get(modality);
    Trained encoder = encoders.get(modality);
    if (input instanceof ModalityInput.Texts texts) {
      return texts(net, texts, encoder);
    }
    return input instanceof ModalityInput.Vectors vectors
        ? vectors(net, vectors, encoder)
        : bags(net, input.bags(), encoder);
  }

  private Operand<TFloat32> vectors(Net net, ModalityInput.Vectors input, Trained encoder) {
    Ops tf = net.tf();
    Operand<TFloat32> x = input.values(); // [B, G]
    Operand<TFloat32> real = tf.math.mul(tf.onesLike(x), net.expand(input.presence(), 1));
    Operand<TFloat32> hidden = hidden(net, real, false); // [B, G]
    Operand<TFloat32> seen = tf.math.mul(x, tf.math.sub(tf.constant(1f), hidden));
    Encoding encoding = encoder.encode("masked", input.withValues(seen));
    return standardisedError(
        net, decode(net, encoding.embedding(), Net.lastDimension(x)), x, hidden);
  }

  private Operand<TFloat32> bags(Net net, ModalityInput.Bags input, Trained encoder) {
    Ops tf = net.tf();
    Operand<TFloat32> x = input.values(); // [B, N, D]
    int width = Net.lastDimension(x);
    Operand<TFloat32> hidden =
        hidden(net, real(net, input.mask(), input.presence()), false); // [B, N]
    Operand<TFloat32> each = net.expand(hidden, 2); // [B, N, 1]
    Operand<TFloat32> token = net.variable("maskToken")
        .shape(width)
        .initializer(Initializer.normal(0.02))
        .create();
    Operand<TFloat32> seen =
        tf.math.add(tf.math.mul(x, tf.math.sub(tf.constant(1f), each)), tf.math.mul(each, token));
    Encoding encoding = encoder.encode("masked", input.withValues(seen));
    if (encoding.tokens().isPresent()) {
      Operand<TInt64> indices = hiddenIndices(tf, hidden); // [H, 2]
      Operand<TFloat32> told = decode(net, inContext(net, encoding, indices), width);
      return standardisedError(net, told, gather(net, x, indices), gather(net, each, indices));
    }
    Operand<TFloat32> count = net.sum(hidden, 1, true); // [B, 1]
    Operand<TFloat32> mean =
        tf.math.divNoNan(net.sum(tf.math.mul(x, each), 1, false), count); // [B, D]
    Operand<TFloat32> some = tf.math.minimum(count, tf.constant(1f));
    return standardisedError(net, decode(net, encoding.embedding(), width), mean, some);
  }

  private Operand<TFloat32> texts(Net net, ModalityInput.Texts input, Trained encoder) {
    int vocabulary = input.vocabularySize();
    if (settings.maskId() >= vocabulary) {
      throw new IllegalArgumentException("maskId is " + settings.maskId()
          + "; the vocabulary has the ids 0 to " + (vocabulary - 1));
    }
    Ops tf = net.tf();
    Operand<TFloat32> hidden =
        hidden(net, real(net, input.mask(), input.presence()), true); // [B, L]
    Operand<TInt32> gone = tf.dtypes.cast(hidden, TInt32.class);
    Operand<TInt32> seen = tf.math.add(
        tf.math.mul(input.ids(), tf.math.sub(tf.constant(1), gone)),
        tf.math.mul(gone, tf.constant(settings.maskId())));
    Encoding encoding = encoder.encode("masked", input.withIds(seen));
    Operand<TInt64> indices = hiddenIndices(tf, hidden); // [H, 2]
    Operand<TInt32> ids = tf.gatherNd(input.ids(), indices); // [H]
    Operand<TFloat32> logits; // one row per hidden token, or one per text
    Operand<TInt32> rows; // [H], row that predicts each hidden token
    if (encoding.tokens().isPresent()) {
      logits = decode(net, inContext(net, encoding, indices), vocabulary);
      rows = tf.range(tf.constant(0), scalar(tf, tf.shape(ids), 0), tf.constant(1));
    } else {
      logits = decode(net, encoding.embedding(), vocabulary);
      rows = rows(tf, indices);
    }
    Operand<TInt32> pairs = tf.stack(
        List.<Operand<TInt32>>of(rows, ids), org.tensorflow.op.core.Stack.axis(1L)); // [H, 2]
    Operand<TFloat32> logProbability = tf.gatherNd(tf.nn.logSoftmax(logits), pairs); // [H]
    return tf.math.neg(
        tf.math.divNoNan(net.sum(logProbability, 0, false), tf.reduceSum(hidden, tf.array(0, 1))));
  }

  private static Operand<TFloat32> decode(Net net, Operand<TFloat32> x, int width) {
    Net decoder = net.scope("decoder");
    return decoder.dense("output", net.gelu(decoder.dense("hidden", x, net.embedDim())), width);
  }

  /**
   * Squared error of targets standardised per feature, as described for the class.
   *
   * @param told reconstruction [K, F]
   * @param target [K, F]
   * @param weight [K, F] or [K, 1], 1 for hidden elements; other elements of the target have no
   *     influence
   */
  static Operand<TFloat32> standardisedError(
      Net net, Operand<TFloat32> told, Operand<TFloat32> target, Operand<TFloat32> weight) {
    Ops tf = net.tf();
    Operand<TFloat32> count = net.sum(weight, 0, false); // [F] or [1]
    Operand<TFloat32> mean =
        tf.math.divNoNan(net.sum(tf.math.mul(target, weight), 0, false), count); // [F]
    Operand<TFloat32> centred = tf.math.sub(target, mean);
    Operand<TFloat32> variance = tf.math.divNoNan(
        net.sum(tf.math.mul(tf.math.square(centred), weight), 0, false), count); // [F]
    Operand<TFloat32> least =
        tf.math.add(tf.math.mul(tf.math.square(mean), tf.constant(SAME)), tf.constant(1e-20f));
    Operand<TFloat32> varies =
        tf.dtypes.cast(tf.math.greater(variance, least), TFloat32.class); // [F]
    Operand<TFloat32> standardised =
        tf.math.mul(centred, tf.math.rsqrt(tf.math.maximum(variance, least)));
    Operand<TFloat32> counts = tf.math.mul(weight, varies); // [K, F]
    Operand<TFloat32> error = tf.math.mul(tf.math.square(tf.math.sub(told, standardised)), counts);
    return tf.math.divNoNan(
        tf.reduceSum(error, tf.array(0, 1)), tf.reduceSum(counts, tf.array(0, 1)));
  }

  /**
   * Mask [B, N] of hidden elements: exactly round(share n) of the n real elements of each row,
   * within the bounds described for the class.
   *
   * @param real [B, N]
   * @param firstStays whether the first real element is never hidden
   */
  Operand<TFloat32> hidden(Net net, Operand<TFloat32> real, boolean firstStays) {
    Ops tf = net.tf();
    Operand<TFloat32> one = tf.constant(1f);
    Operand<TFloat32> n = net.sum(real, 1, true); // [B, 1]
    Operand<TFloat32> rounded = tf.math.floor(
        tf.math.add(tf.math.mul(n, tf.constant((float) settings.share())), tf.constant(0.5f)));
    Operand<TFloat32> wanted = tf.math.maximum(
        tf.math.minimum(tf.math.maximum(rounded, one), tf.math.sub(n, one)),
        tf.constant(0f)); // [B, 1]
    Operand<TFloat32> before =
        tf.math.cumsum(real, tf.constant(1), Cumsum.exclusive(true)); // real ones before
    Operand<TFloat32> candidates = real;
    if (firstStays) {
      candidates = tf.math.mul(
          real, tf.dtypes.cast(tf.math.greater(before, tf.constant(0.5f)), TFloat32.class));
      before = tf.math.cumsum(candidates, tf.constant(1), Cumsum.exclusive(true));
    }
    Operand<TFloat32> rank = settings.block()
        ? inBlock(net, before, net.sum(candidates, 1, true))
        : shuffled(net, candidates);
    Operand<TFloat32> chosen = tf.dtypes.cast(tf.math.less(rank, wanted), TFloat32.class);
    return tf.stopGradient(tf.math.mul(chosen, candidates));
  }

  /** Cyclic distance [B, N] of each candidate from a random start. */
  private static Operand<TFloat32> inBlock(
      Net net, Operand<TFloat32> place, Operand<TFloat32> count) {
    Ops tf = net.tf();
    Operand<TFloat32> atLeastOne = tf.math.maximum(count, tf.constant(1f));
    Operand<TFloat32> start =
        tf.math.floor(tf.math.mul(net.uniform("start", tf.shape(count)), atLeastOne)); // [B, 1]
    return tf.math.floorMod(tf.math.sub(place, start), atLeastOne);
  }

  /** Ranks [B, N] of the candidates in random order, followed by all others. */
  private static Operand<TFloat32> shuffled(Net net, Operand<TFloat32> candidates) {
    Ops tf = net.tf();
    Operand<TFloat32> draw = tf.math.sub(
        tf.math.mul(net.uniform("order", tf.shape(candidates)), candidates),
        tf.math.sub(tf.constant(1f), candidates)); // others draw negative numbers
    Operand<TInt32> length = scalar(tf, tf.shape(candidates), 1);
    Operand<TInt32> order = tf.nn.topK(draw, length, TInt32.class).indices(); // [B, N]
    // invert the permutation to get ranks, which are distinct even if two elements draw the same
    // number
    return tf.dtypes.cast(
        tf.nn.topK(tf.math.neg(order), length, TInt32.class).indices(), TFloat32.class);
  }

  private static Operand<TFloat32> real(
      Net net, Operand<TFloat32> mask, Operand<TFloat32> presence) {
    return net.tf().math.mul(mask, net.expand(presence, 1)); // [B, N]
  }

  /** Row and column of each hidden element: [H, 2]. */
  private static Operand<TInt64> hiddenIndices(Ops tf, Operand<TFloat32> hidden) {
    return tf.where(tf.math.greater(hidden, tf.constant(0.5f)));
  }

  /** Row of each hidden element: [H]. */
  private static Operand<TInt32> rows(Ops tf, Operand<TInt64> indices) {
    return tf.dtypes.cast(
        tf.reshape(tf.slice(indices, tf.array(0, 0), tf.array(-1, 1)), tf.array(-1)), TInt32.class);
  }

  /** Token of each hidden element, concatenated with the embedding of its row: [H, 2d]. */
  private static Operand<TFloat32> inContext(Net net, Encoding encoding, Operand<TInt64> indices) {
    Ops tf = net.tf();
    Operand<TFloat32> whole =
        tf.gather(encoding.embedding(), rows(tf, indices), tf.constant(0)); // [H, d]
    return tf.concat(
        List.of(gather(net, encoding.tokens().orElseThrow().values(), indices), whole),
        tf.constant(1));
  }

  /** Gathers [B, N, F] at hidden elements: [H, F]. */
  private static Operand<TFloat32> gather(Net net, Operand<TFloat32> x, Operand<TInt64> indices) {
    return net.tf()
        .reshape(net.tf().gatherNd(x, indices), net.tf().array(-1, Net.lastDimension(x)));
  }

  private static Operand<TInt32> scalar(Ops tf, Operand<TInt32> shape, int axis) {
    return tf.reshape(tf.slice(shape, tf.array(axis), tf.array(1)), tf.array(new int[0]));
  }
}
