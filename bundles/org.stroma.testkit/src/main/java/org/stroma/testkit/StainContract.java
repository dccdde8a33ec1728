/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.osgi.annotation.versioning.ProviderType;
import org.stroma.api.data.DataException;
import org.stroma.api.slides.StainNormalizer;

/**
 * The contract of a stain normaliser, over drawn tissue in hematoxylin and eosin. Beside what {@link PartContract} tells:
 * <ul>
 * <li>{@code reference}: the same tissue in two stainings is more alike when both are normalised;
 * <li>{@code pixels}: a pixel alone becomes what it becomes among others;
 * <li>{@code blank}: pixels without a stain are refused in words;
 * <li>{@code threads}: several threads at once get what one gets;
 * <li>{@code inputs}: learning leaves the pixels as they are;
 * <li>{@code determinism}: the same pixels teach the same.
 * </ul>
 */
@ProviderType
public final class StainContract extends PartContract<StainNormalizer, StainContract> {
  private static final int PIXELS = 4000;

  /** Optical densities of hematoxylin and eosin in red, green and blue: Ruifrok and Johnston 2001. */
  private static final double[][] STAINS = {{0.65, 0.70, 0.29}, {0.07, 0.99, 0.11}};

  /** Those of another laboratory, fainter and redder. */
  private static final double[][] OTHERS = {{0.45, 0.55, 0.35}, {0.12, 0.70, 0.25}};

  StainContract(Made<StainNormalizer> made) {
    super("stain", StainNormalizer.class, made);
  }

  @Override
  boolean upperBounds() {
    return false;
  }

  @Override
  void use(StainNormalizer part) {
    try {
      part.learn(tissue(STAINS)).normalize(tissue(STAINS));
    } catch (DataException e) {
      check(
          e.getMessage() != null && !e.getMessage().isBlank(),
          "the tissue is refused without a word");
    }
  }

  @Override
  void addTo(List<Check> checks) {
    checks.add(new Check(
        "reference",
        "two stainings become more alike, as both are the reference's",
        this::checkReference));
    checks.add(new Check("pixels", "a pixel alone becomes the same", this::checkPixels));
    checks.add(new Check("blank", "pixels without a stain are refused in words", this::checkBlank));
    checks.add(new Check("threads", "several threads get what one gets", this::checkThreads));
    checks.add(new Check("inputs", "learning leaves the pixels as they are", this::checkInputs));
    checks.add(new Check("determinism", "the same pixels teach the same", this::checkDeterminism));
  }

  /** The same cells each time, in the stains of one laboratory or another. */
  private static int[] tissue(double[][] stains) {
    Random random = new Random(600);
    int[] rgb = new int[PIXELS];
    for (int i = 0; i < PIXELS; i++) {
      boolean nucleus = random.nextInt(3) == 0;
      double hematoxylin = random.nextDouble() * (nucleus ? 1.6 : 0.3);
      double eosin = random.nextDouble() * (nucleus ? 0.4 : 1.2);
      for (int c = 0; c < 3; c++) {
        double density = 0.1 + hematoxylin * stains[0][c] + eosin * stains[1][c];
        rgb[i] = rgb[i] << 8 | (int) Math.max(0, Math.min(255, 240 * Math.exp(-density)));
      }
    }
    return rgb;
  }

  private int[] normalized(double[][] stains) {
    int[] rgb = tissue(stains);
    part().learn(tissue(stains)).normalize(rgb);
    return rgb;
  }

  /** The mean distance of two pictures' channels. */
  private static double distance(int[] one, int[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      for (int shift = 0; shift <= 16; shift += 8) {
        sum += Math.abs((one[i] >> shift & 0xff) - (other[i] >> shift & 0xff));
      }
    }
    return sum / (3.0 * one.length);
  }

  private void checkReference() {
    double before = distance(tissue(STAINS), tissue(OTHERS));
    double after = distance(normalized(STAINS), normalized(OTHERS));
    check(
        after < before / 2,
        "the same tissue in two stainings is " + before + " levels apart, and " + after
            + " when both are normalised; they have to come to one reference");
  }

  private void checkPixels() {
    int[] together = normalized(STAINS);
    StainNormalizer.Stain stain = part().learn(tissue(STAINS));
    for (int i = 0; i < PIXELS; i += 97) {
      int[] alone = {tissue(STAINS)[i]};
      stain.normalize(alone);
      check(
          alone[0] == together[i],
          "a pixel alone becomes " + Integer.toHexString(alone[0]) + ", and "
              + Integer.toHexString(together[i]) + " among others: what depends on others belongs"
              + " into learn, or the patches of a slide do not fit together");
    }
  }

  private void checkBlank() {
    for (int colour : new int[] {0xffffff, 0xf0f0f0}) {
      int[] blank = new int[PIXELS];
      Arrays.fill(blank, colour);
      try {
        part().learn(blank);
      } catch (DataException e) {
        check(
            e.getMessage() != null && !e.getMessage().isBlank(),
            "pixels without a stain are refused without a word");
        continue;
      }
      check(
          false,
          "pixels that are all " + Integer.toHexString(colour)
              + " have no stain to learn from; refuse them with a DataException");
    }
  }

  private void checkThreads() {
    int[] one = normalized(STAINS);
    StainNormalizer.Stain stain = part().learn(tissue(STAINS));
    IntStream.range(0, 16).parallel().forEach(i -> {
      int[] rgb = tissue(STAINS);
      stain.normalize(rgb);
      check(
          Arrays.equals(one, rgb),
          "several threads at once get other pixels than one; what was learned is used by all of them");
    });
  }

  private void checkInputs() {
    int[] tissue = tissue(STAINS);
    part().learn(tissue);
    check(
        Arrays.equals(tissue(STAINS), tissue),
        "learn changes the pixels that it was given; work on a copy");
  }

  private void checkDeterminism() {
    check(
        Arrays.equals(normalized(STAINS), normalized(STAINS)),
        "the same pixels teach something else the second time");
  }
}
