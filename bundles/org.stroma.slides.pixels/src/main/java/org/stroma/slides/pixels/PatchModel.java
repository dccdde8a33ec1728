/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.pixels;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.stroma.api.data.DataException;
import org.stroma.api.slides.FeatureExtractor;

/**
 * An open model of an extractor: patches go through a network in batches, and each gives one row of
 * features. Outputs [B, D], [B, D, 1, 1] and [B, 1, 1, D] are used directly; maps [B, D, h, w] or
 * [B, h, w, D] are averaged over positions if requested, and of tokens [B, T, d] what is requested is taken; other shapes
 * are refused.
 */
public final class PatchModel implements FeatureExtractor.Model {
  private static final int CHANNELS = 3;
  /** Numbers of an input, at 4 bytes each. */
  private static final long LARGEST = 1L << 26;

  private static final int USUAL_SIZE = 224;

  private final ImageNetwork network;
  private final Preprocessing preprocessing;
  private final String identity;
  private final FeatureRule rule;
  private final Notes notes;
  private final boolean channelsFirst;
  private final int batch;
  private final boolean fixedBatch;
  private final int height; // 0 for the size of the patches
  private final int width;
  private final int features;
  private final ReadWriteLock open = new ReentrantReadWriteLock(); // write-locked by close
  private boolean closed;

  /**
   * Takes ownership of a network and tries it on a white patch; closes it on failure.
   *
   * @param layout auto, nchw or nhwc
   * @param pool whether feature maps are averaged over positions
   * @param batch number of patches per call, if the network accepts any number
   * @throws DataException if the network does not give one row of features per patch
   */
  public PatchModel(
      ImageNetwork network,
      Preprocessing preprocessing,
      String identity,
      String layout,
      boolean pool,
      int batch) {
    this(
        network,
        preprocessing,
        identity,
        layout,
        new FeatureRule(pool, Tokens.NONE, 0, 0),
        batch,
        (size, magnification) -> List.of());
  }

  /** What a user has to know of patches of a size in pixels, at a magnification. */
  interface Notes {
    List<String> of(int patchSize, double magnification);
  }

  PatchModel(
      ImageNetwork network,
      Preprocessing preprocessing,
      String identity,
      String layout,
      FeatureRule rule,
      int batch,
      Notes notes) {
    if (batch < 1) {
      throw new IllegalArgumentException("batch is " + batch + "; it has to be 1 or more");
    }
    this.network = network;
    this.preprocessing = preprocessing;
    this.identity = identity;
    this.rule = rule;
    this.notes = notes;
    try {
      long[] shape =
          network.inputShape() == null ? new long[] {-1, -1, -1, -1} : network.inputShape();
      if (shape.length != 4) {
        throw new DataException(network.name() + " takes an input of shape " + words(shape)
            + "; an image model takes [B, 3, h, w] or [B, h, w, 3]");
      }
      bounded(shape);
      channelsFirst = channelsFirst(shape, layout);
      fixedBatch = shape[0] > 0;
      this.batch = fixedBatch ? Math.toIntExact(shape[0]) : batch;
      height = side(shape[channelsFirst ? 2 : 1], shape);
      width = side(shape[channelsFirst ? 3 : 2], shape);
      cut(preprocessing.resized());
      BufferedImage white = new BufferedImage(
          width > 0 ? width : USUAL_SIZE,
          height > 0 ? height : USUAL_SIZE,
          BufferedImage.TYPE_INT_RGB);
      int[] pixels = new int[white.getWidth() * white.getHeight()];
      Arrays.fill(pixels, 0xffffff);
      white.setRGB(0, 0, white.getWidth(), white.getHeight(), pixels, 0, white.getWidth());
      features = rows(List.of(white))[0].length;
    } catch (RuntimeException e) {
      network.close();
      throw e;
    }
  }

  /** Refuses an input that no image model takes: all that is fixed of it has to be there in memory. */
  private void bounded(long[] shape) {
    long numbers = 1;
    for (long size : shape) {
      numbers = size > LARGEST ? LARGEST + 1 : numbers * Math.max(1, size);
      if (numbers > LARGEST) {
        throw new DataException(network.name() + " takes an input of shape " + words(shape)
            + ", which is more than " + LARGEST + " numbers; is it damaged?");
      }
    }
  }

  private void cut(int resized) {
    if (resized > 0 && width == 0) {
      throw new DataException(network.name() + " takes any size, and resize is " + resized
          + "; set inputSize to what is cut of that");
    }
    if (resized > 0 && resized < Math.max(width, height)) {
      throw new DataException(network.name() + " takes " + width + " x " + height
          + " pixels, and resize is " + resized + "; set it to that or more, or to 0");
    }
  }

  private boolean channelsFirst(long[] shape, String layout) {
    boolean first = shape[1] == CHANNELS;
    boolean last = shape[3] == CHANNELS;
    boolean chosen = layout.equals("nchw") || layout.equals("auto") && first;
    if (layout.equals("auto") && first == last) {
      boolean open = shape[1] < 0 || shape[3] < 0;
      throw new DataException(network.name() + " takes an input of shape " + words(shape)
          + (first || open
              ? ", which does not tell where the colours stand; set layout to nchw or nhwc"
              : "; an image model takes [B, 3, h, w] or [B, h, w, 3]"));
    }
    long channels = chosen ? shape[1] : shape[3];
    if (channels > 0 && channels != CHANNELS) {
      throw new DataException(network.name() + " takes an input of shape " + words(shape)
          + ", and with layout " + layout + " that is " + channels + " colours; patches have 3");
    }
    return chosen;
  }

  private int side(long fixed, long[] shape) {
    int wanted = preprocessing.inputSize();
    if (fixed > 0 && wanted > 0 && fixed != wanted) {
      throw new DataException(network.name() + " takes an input of shape " + words(shape)
          + ", and inputSize is " + wanted + "; set it to " + fixed + ", or to 0");
    }
    return fixed > 0 ? Math.toIntExact(fixed) : wanted;
  }

  @Override
  public int width() {
    return features;
  }

  @Override
  public String identity() {
    return identity;
  }

  @Override
  public List<String> notes(int patchSize, double magnification) {
    return notes.of(patchSize, magnification);
  }

  @Override
  public float[][] extract(List<BufferedImage> patches) {
    float[][] rows = new float[patches.size()][];
    for (int from = 0; from < rows.length; from += batch) {
      List<BufferedImage> some = patches.subList(from, Math.min(rows.length, from + batch));
      float[][] its = rows(some);
      if (its[0].length != features) {
        throw new DataException(network.name() + " gives " + its[0].length
            + " features for patches of "
            + some.get(0).getWidth() + " x " + some.get(0).getHeight() + " pixels and " + features
            + " for others; set inputSize, so that all are resized alike");
      }
      System.arraycopy(its, 0, rows, from, its.length);
    }
    return rows;
  }

  /** Extracts the features of at most one batch of patches. */
  private float[][] rows(List<BufferedImage> patches) {
    int w = width > 0 ? width : patches.get(0).getWidth();
    int h = height > 0 ? height : patches.get(0).getHeight();
    int count = fixedBatch
        ? batch
        : patches.size(); // a fixed batch is filled with zeros, whose rows are dropped
    float[] pixels = new float[Math.multiplyExact(count, CHANNELS * w * h)];
    for (int i = 0; i < patches.size(); i++) {
      preprocessing.write(patches.get(i), w, h, channelsFirst, pixels, i * CHANNELS * w * h);
    }
    long[] shape =
        channelsFirst ? new long[] {count, CHANNELS, h, w} : new long[] {count, h, w, CHANNELS};
    ImageNetwork.Output output = run(pixels, shape);
    long[] got = output.shape();
    if (got.length == 3 && got[0] == count && rule.tokens() != Tokens.NONE) {
      return rule.rows(network.name(), output, patches.size(), h, w);
    }
    boolean map = got.length == 4;
    int channels = got.length < 2 ? 0 : Math.toIntExact(got[map && !channelsFirst ? 3 : 1]);
    int places = channels == 0 ? 0 : output.values().length / count / channels;
    if (got.length != 2 && !map
        || got[0] != count
        || channels == 0
        || places == 0
        || places > 1 && !rule.pool()) {
      throw new DataException(network.name() + " gives " + words(got) + " for an input of "
          + words(shape)
          + "; an extractor gives one row of features a patch, [B, D]"
          + (map && places > 1 ? "; set pool to true to average over the places of the map" : "")
          + (got.length == 3
              ? "; set tokens to what is taken of tokens, class, mean or class+mean"
              : "")
          + (network.outputs().size() > 1
              ? "; its outputs are " + String.join(", ", network.outputs())
              : ""));
    }
    float[][] rows = new float[patches.size()][channels];
    for (int i = 0; i < rows.length; i++) {
      for (int c = 0; c < channels; c++) {
        double sum = 0;
        for (int place = 0; place < places; place++) {
          int at = channelsFirst
              ? (i * channels + c) * places + place
              : (i * places + place) * channels + c;
          sum += output.values()[at];
        }
        rows[i][c] = (float) (sum / places);
      }
    }
    return rows;
  }

  /**
   * Runs the network under a lock: closing it during a call would free memory that native code
   * uses.
   */
  private ImageNetwork.Output run(float[] pixels, long[] shape) {
    open.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException(network.name() + " is closed");
      }
      return network.run(pixels, shape);
    } finally {
      open.readLock().unlock();
    }
  }

  private static String words(long[] shape) {
    StringBuilder words = new StringBuilder("[");
    for (long size : shape) {
      words.append(words.length() > 1 ? ", " : "").append(size < 0 ? "?" : "" + size);
    }
    return words.append(']').toString();
  }

  @Override
  public void close() {
    open.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        network.close();
      }
    } finally {
      open.writeLock().unlock();
    }
  }
}
