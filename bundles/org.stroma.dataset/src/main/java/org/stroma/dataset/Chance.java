/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.dataset;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * All chance of one model, as a pure function of where it stands: the experiment's seed, repeat, fold and member of the
 * ensemble, then the epoch and the purpose. Nothing depends on what was drawn before: epoch 7 draws the same numbers
 * whether epochs 0 to 6 ran in this process or not, and another patch budget leaves the order of batches as it was.
 *
 * <p>A place is turned into 64 bits by folding its numbers, one after the other, through the finalizer of SplitMix64
 * (Steele et al. 2014, with the constants of Stafford's variant 13): {@code h = mix(h ^ (number + G))} with the golden
 * gamma G. The finalizer is a bijection, so that two places which differ in one number never meet. {@link
 * SplittableRandom} draws from there on.
 *
 * @param seed the experiment's
 * @param repeat of the cross-validation, from 0
 * @param fold of the repeat, from 0
 * @param member of the ensemble, from 0
 */
public record Chance(long seed, int repeat, int fold, int member) {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  /** Stands in for the epoch of what is drawn once a model. */
  private static final int NO_EPOCH = -1;

  /** What numbers are drawn for. The codes are part of what a seed means: none may change, or be used again. */
  public enum Purpose {
    /** First values of variables. */
    INITIAL_VALUES(1),
    /** Dropout inside of parts, and whatever else parts draw in a training step. */
    DROPOUT(2),
    /** The order of patients, and of batches. */
    BATCH_ORDER(3),
    /** Which modalities of a visit are hidden. */
    MODALITY_DROPOUT(4),
    /** Which elements of a bag the patch budget takes. */
    PATCH_DRAW(5),
    /** Splits inside of a fold's training patients. */
    INNER_SPLIT(6),
    /** The seed of the models of an inner fold, whose number stands for the member: the same for all candidates. */
    INNER_TRAINING(7),
    /** Inner folds of baselines. */
    BASELINES(8);

    private final int code;

    Purpose(int code) {
      this.code = code;
    }
  }

  /** The chance of a model that stands for itself, outside of a cross-validation. */
  public static Chance of(long seed) {
    return new Chance(seed, 0, 0, 0);
  }

  /** 64 bits for what is drawn once a model, such as its first values. */
  public long bits(Purpose purpose) {
    return bits(NO_EPOCH, purpose);
  }

  /**
   * 64 bits for a purpose in an epoch.
   *
   * @param epoch from 0
   */
  public long bits(int epoch, Purpose purpose) {
    long hash = mix(seed + GOLDEN_GAMMA);
    for (int number : new int[] {repeat, fold, member, epoch, purpose.code}) {
      hash = mix(hash ^ (number + GOLDEN_GAMMA));
    }
    return hash;
  }

  /**
   * A generator for a purpose in an epoch: a new one at each call, which starts from the same place.
   *
   * @param epoch from 0
   */
  public RandomGenerator generator(int epoch, Purpose purpose) {
    return new SplittableRandom(bits(epoch, purpose));
  }

  private static long mix(long bits) {
    long z = bits;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
