/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.regression;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Divides patients into folds, as many of each stratum (event or not, class) into each as can be. A patient who is alone in a stratum is
 * held out by no fold, so that nothing is fitted without the stratum.
 */
@ProviderType
public final class StratifiedFolds {
  private final int[] fold;
  private final int count;

  private StratifiedFolds(int[] fold, int count) {
    this.fold = fold;
    this.count = count;
  }

  /**
   * Divides patients by chance.
   *
   * @param strata of each patient, from 0
   * @param folds at least 2; fewer are made of fewer patients
   * @param seed of the shuffling: the same gives the same folds
   * @throws IllegalArgumentException for fewer than 2 folds, or where no stratum has two patients
   */
  public static StratifiedFolds of(int[] strata, int folds, long seed) {
    if (folds < 2) {
      throw new IllegalArgumentException("cross-validation takes 2 folds or more, not " + folds);
    }
    int[] fold = new int[strata.length];
    Arrays.fill(fold, -1);
    SplittableRandom random = new SplittableRandom(seed);
    int next = 0;
    for (int stratum = 0; stratum <= Arrays.stream(strata).max().orElse(-1); stratum++) {
      int wanted = stratum;
      int[] members =
          IntStream.range(0, strata.length).filter(i -> strata[i] == wanted).toArray();
      for (int i = members.length - 1; i > 0; i--) {
        int other = random.nextInt(i + 1);
        int member = members[i];
        members[i] = members[other];
        members[other] = member;
      }
      if (members.length > 1) {
        for (int member : members) {
          fold[member] = next++ % folds;
        }
      }
    }
    if (next == 0) {
      throw new IllegalArgumentException(
          "cross-validation takes two patients of a kind or more; there are " + strata.length);
    }
    return new StratifiedFolds(fold, Math.min(folds, next));
  }

  /** The number of folds: each holds somebody out. */
  public int count() {
    return count;
  }

  /** The patients whom a fold holds out, ascending. */
  public int[] heldOut(int number) {
    return IntStream.range(0, fold.length).filter(i -> fold[i] == number).toArray();
  }

  /** All others, ascending. */
  public int[] training(int number) {
    return IntStream.range(0, fold.length).filter(i -> fold[i] != number).toArray();
  }
}
