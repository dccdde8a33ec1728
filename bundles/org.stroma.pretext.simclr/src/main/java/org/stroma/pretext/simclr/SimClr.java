/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.pretext.simclr;

import java.util.List;
import java.util.SortedMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.ModalityInput;
import org.stroma.api.PartFacts;
import org.stroma.api.Pretext;
import org.stroma.api.PretextPart;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * SimCLR (Chen et al. 2020, algorithm 1): two random views of each row go through the encoder and a
 * projection head (linear, ReLU, linear). The normalised temperature-scaled cross-entropy (NT-Xent,
 * eq. 1) has each view identify the other view of its row among all views of the batch. Rows without
 * the modality are excluded. With fewer than two rows the loss is 0. Large batches help, as all other
 * rows are negatives; if the cohort has visits, these include other visits of the same patient.
 *
 * <p>The augmentations suit features instead of images:
 *
 * <ul>
 *   <li>bags: a random subset of the elements (exactly the given share, rounded to the nearest, at
 *       least one), then as for vectors, with features dropped in the whole bag;
 *   <li>vectors: feature dropout with rescaling, and Gaussian noise in proportion to the standard
 *       deviation of each feature over the elements of the batch;
 *   <li>texts: token dropout, except for the class token.
 * </ul>
 */
@Component(configurationPid = SimClr.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = SimClr.Settings.class, factory = true)
@PretextPart("simclr")
@PartFacts(
    paper = "Chen et al. 2020",
    parameters = "d² + d + (d + 1) projection, not kept",
    cost = "the encoder twice; for bags a sort N log N; B² projection over a batch of B")
public final class SimClr implements Pretext {
  static final String PID = "org.stroma.pretext.simclr";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "SimCLR",
      description = "Contrastive learning of two views of each patient")
  public @interface Settings {
    @AttributeDefinition(
        description = "temperature of the softmax over cosines",
        min = "0.001",
        max = "100")
    double temperature() default 0.1;

    @AttributeDefinition(
        description = "width of the projection in which views are compared",
        min = "1",
        max = "65536")
    int projection() default 128;

    @AttributeDefinition(
        description = "bags: share of the elements that a view keeps",
        min = "0.001",
        max = "1")
    double bagShare() default 0.5;

    @AttributeDefinition(
        description = "bags and vectors: share of the features that a view drops",
        min = "0",
        max = "0.99")
    double featureDropout() default 0.2;

    @AttributeDefinition(
        description = "bags and vectors: noise, in standard deviations of each feature",
        min = "0",
        max = "100")
    double noise() default 0.1;

    @AttributeDefinition(
        description = "texts: share of the tokens that a view drops",
        min = "0",
        max = "0.99")
    double tokenDropout() default 0.2;
  }

  private static final float SMALLEST_SQUARE = 1e-12f;

  private final Settings settings;

  @Activate
  public SimClr(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Operand<TFloat32> loss(
      Net net, SortedMap<String, ModalityInput> inputs, SortedMap<String, Trained> encoders) {
    String modality = Pretext.only(inputs);
    ModalityInput input = inputs.get(modality);
    Trained encoder = encoders.get(modality);
    return ntXent(
        net,
        view(net, "a", input, encoder),
        view(net, "b", input, encoder),
        input.presence(),
        settings.temperature());
  }

  /** Projection [B, projection] of one view. */
  private Operand<TFloat32> view(Net net, String name, ModalityInput input, Trained encoder) {
    Operand<TFloat32> h = encoder.encode(name, augment(net.view(name), input)).embedding();
    return net.dense(
        "projection2",
        net.relu(net.dense("projection1", h, net.embedDim())),
        settings.projection());
  }

  /**
   * NT-Xent of two views [B, k]: the mean over the 2B views of present rows.
   *
   * @param presence [B]; absent rows are no anchors and no negatives
   */
  static Operand<TFloat32> ntXent(
      Net net,
      Operand<TFloat32> a,
      Operand<TFloat32> b,
      Operand<TFloat32> presence,
      double temperature) {
    Ops tf = net.tf();
    Operand<TFloat32> z = tf.concat(List.of(a, b), tf.constant(0)); // [2B, k]
    Operand<TFloat32> squares = net.sum(tf.math.square(z), 1, true);
    z = tf.math.mul(z, tf.math.rsqrt(tf.math.maximum(squares, tf.constant(SMALLEST_SQUARE))));
    Operand<TFloat32> cosines = net.einsum("ik,jk->ij", z, z); // [2B, 2B]

    Operand<TInt32> rows = size(tf, presence, 0);
    Operand<TInt32> views = tf.math.mul(rows, tf.constant(2));
    Operand<TInt32> index = tf.range(tf.constant(0), views, tf.constant(1)); // [2B]
    Operand<TFloat32> self = tf.oneHot(index, views, tf.constant(1f), tf.constant(0f));
    Operand<TFloat32> other = tf.oneHot(
        tf.math.floorMod(tf.math.add(index, rows), views), views, tf.constant(1f), tf.constant(0f));
    Operand<TFloat32> present = tf.concat(List.of(presence, presence), tf.constant(0)); // [2B]
    Operand<TFloat32> candidates =
        tf.math.mul(net.expand(present, 0), tf.math.sub(tf.constant(1f), self)); // [2B, 2B]
    Operand<TFloat32> scores = tf.math.mul(cosines, tf.constant((float) (1 / temperature)));
    Operand<TFloat32> masked = tf.math.add(
        tf.math.mul(scores, candidates),
        tf.math.mul(tf.math.sub(tf.constant(1f), candidates), tf.constant(Net.MASKED)));
    Operand<TFloat32> each =
        tf.math.neg(net.sum(tf.math.mul(other, tf.nn.logSoftmax(masked)), 1, false)); // [2B]

    // a single row has only one candidate, hence probability 1 and loss 0
    return tf.math.divNoNan(
        net.sum(tf.math.mul(each, present), 0, false), net.sum(present, 0, false));
  }

  /** A random view of a batch. */
  ModalityInput augment(Net net, ModalityInput input) {
    Ops tf = net.tf();
    if (input instanceof ModalityInput.Texts texts) {
      Operand<TInt32> first =
          tf.range(tf.constant(0), size(tf, texts.mask(), 1), tf.constant(1)); // [L]
      Operand<TFloat32> classToken =
          tf.dtypes.cast(tf.math.equal(first, tf.constant(0)), TFloat32.class);
      Operand<TFloat32> kept = tf.math.maximum(
          net.keepMask("tokens", tf.shape(texts.mask()), settings.tokenDropout()),
          classToken); // [B, L]
      return texts
          .withIds(tf.math.mul(texts.ids(), tf.dtypes.cast(kept, TInt32.class)))
          .withMask(tf.math.mul(texts.mask(), kept));
    }
    if (input instanceof ModalityInput.Vectors vectors) {
      Operand<TFloat32> x = noisy(net, vectors.values(), net.expand(input.presence(), 1));
      Operand<TFloat32> kept = featuresKept(net, tf.shape(x)); // [B, G]
      return vectors.withValues(tf.math.mul(x, kept));
    }
    ModalityInput.Bags bags = input.bags();
    Operand<TFloat32> real = tf.math.mul(bags.mask(), net.expand(input.presence(), 1)); // [B, N]
    Operand<TFloat32> x = noisy(net, bags.values(), net.expand(real, 2)); // [B, N, D]
    Operand<TInt32> shape = tf.shape(x);
    Operand<TInt32> oneABag = tf.concat(
        List.<Operand<TInt32>>of(
            tf.slice(shape, tf.array(0), tf.array(1)), tf.array(1, Net.lastDimension(x))),
        tf.constant(0)); // [B, 1, D]
    return bags.withValues(tf.math.mul(x, featuresKept(net, oneABag)))
        .withMask(subBag(net, bags.mask()));
  }

  private Operand<TFloat32> featuresKept(Net net, Operand<TInt32> shape) {
    Ops tf = net.tf();
    return tf.math.mul(
        net.keepMask("features", shape, settings.featureDropout()),
        tf.constant((float) (1 / (1 - settings.featureDropout()))));
  }

  /**
   * Adds noise to real elements.
   *
   * @param x [B, G] or [B, N, D]
   * @param real [B, 1] or [B, N, 1]
   */
  private Operand<TFloat32> noisy(Net net, Operand<TFloat32> x, Operand<TFloat32> real) {
    if (settings.noise() == 0) {
      return x;
    }
    Ops tf = net.tf();
    Operand<TInt32> axes = x.shape().numDimensions() == 2 ? tf.array(0) : tf.array(0, 1);
    Operand<TFloat32> count = tf.math.maximum(tf.reduceSum(real, axes), tf.constant(1f)); // [1]
    Operand<TFloat32> mean = tf.math.div(tf.reduceSum(tf.math.mul(x, real), axes), count); // [D]
    Operand<TFloat32> deviation = tf.math.mul(tf.math.square(tf.math.sub(x, mean)), real);
    Operand<TFloat32> scale = tf.math.sqrt(tf.math.div(tf.reduceSum(deviation, axes), count));
    Operand<TFloat32> noise =
        tf.math.mul(net.normal("noise", tf.shape(x)), tf.math.mul(scale, real));
    return tf.math.add(x, tf.math.mul(noise, tf.constant((float) settings.noise())));
  }

  /**
   * Mask [B, N] of the elements of a view: of n elements in random order the first share x n,
   * rounded to the nearest, at least one.
   */
  private Operand<TFloat32> subBag(Net net, Operand<TFloat32> mask) {
    if (settings.bagShare() == 1) {
      return mask;
    }
    Ops tf = net.tf();
    Operand<TFloat32> n = net.sum(mask, 1, true); // [B, 1]
    Operand<TFloat32> wanted = tf.math.maximum(
        tf.math.floor(tf.math.add(
            tf.math.mul(n, tf.constant((float) settings.bagShare())), tf.constant(0.5f))),
        tf.constant(1f));
    // padding draws negative numbers and so comes last
    Operand<TFloat32> draw = tf.math.sub(
        tf.math.mul(net.uniform("bag", tf.shape(mask)), mask), tf.math.sub(tf.constant(1f), mask));
    Operand<TInt32> length = size(tf, mask, 1);
    Operand<TInt32> order = tf.nn.topK(draw, length, TInt32.class).indices(); // [B, N]
    // invert the permutation to get ranks, which are distinct even if two elements draw the same
    // number
    Operand<TInt32> rank = tf.nn.topK(tf.math.neg(order), length, TInt32.class).indices();
    Operand<TFloat32> kept =
        tf.dtypes.cast(tf.math.less(tf.dtypes.cast(rank, TFloat32.class), wanted), TFloat32.class);
    return tf.stopGradient(tf.math.mul(kept, mask));
  }

  private static Operand<TInt32> size(Ops tf, Operand<?> x, int axis) {
    return tf.reshape(tf.slice(tf.shape(x), tf.array(axis), tf.array(1)), tf.array(new int[0]));
  }
}
