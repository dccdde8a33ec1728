/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Permutation tests (Fisher 1935; Good 2005): how often chance alone gives a statistic as extreme. The probability is (1 + as extreme
 * ones) / (1 + permutations) (Phipson and Smyth 2010). The permutations follow from the seed and the patients' ids, whatever
 * their order. Permutations in which the statistic is not defined do not count.
 */
@ProviderType
public final class PermutationTest {
  private final Estimate statistic;
  private final Estimate probability;
  private final int undefined;

  private PermutationTest(Estimate statistic, Estimate probability, int undefined) {
    this.statistic = statistic;
    this.probability = probability;
    this.undefined = undefined;
  }

  /**
   * Whether two models are equally good: their predictions of a patient are exchanged or not, by chance. On both sides.
   *
   * @param patients the patient's id of each row; rows of a patient are exchanged together
   * @param difference of the two models' metric, from whether the predictions of each row are exchanged
   * @param permutations how many, such as 2000
   */
  public static PermutationTest paired(
      List<String> patients,
      Function<boolean[], Estimate> difference,
      int permutations,
      long seed) {
    List<String> ids = new ArrayList<>(new TreeSet<>(patients));
    int[] index = index(patients, ids);
    return test(
        difference.apply(new boolean[index.length]),
        random -> {
          boolean[] exchanged = new boolean[ids.size()];
          for (int p = 0; p < exchanged.length; p++) {
            exchanged[p] = random.nextBoolean();
          }
          boolean[] rows = new boolean[index.length];
          for (int i = 0; i < rows.length; i++) {
            rows[i] = exchanged[index[i]];
          }
          return difference.apply(rows);
        },
        Math::abs,
        permutations,
        seed);
  }

  /**
   * Whether predictions tell anything: the truth of each patient is given to another, by chance. On the upper side: how often chance
   * gives a statistic at least as high.
   *
   * @param patients the patient's id of each row, one row each
   * @param statistic from whose truth each row gets
   * @param permutations how many, such as 2000
   * @throws IllegalArgumentException for patients with several rows
   */
  public static PermutationTest association(
      List<String> patients, Function<int[], Estimate> statistic, int permutations, long seed) {
    List<String> ids = new ArrayList<>(new TreeSet<>(patients));
    if (ids.size() != patients.size()) {
      throw new IllegalArgumentException(
          "a patient has several rows: their truth cannot be given to another");
    }
    int[] index = index(patients, ids);
    int[] row = new int[index.length];
    for (int i = 0; i < row.length; i++) {
      row[index[i]] = i;
    }
    return test(
        statistic.apply(IntStream.range(0, index.length).toArray()),
        random -> {
          int[] shuffled = IntStream.range(0, ids.size()).toArray();
          for (int p = shuffled.length - 1; p > 0; p--) {
            int other = random.nextInt(p + 1);
            int kept = shuffled[p];
            shuffled[p] = shuffled[other];
            shuffled[other] = kept;
          }
          int[] rows = new int[index.length];
          for (int i = 0; i < rows.length; i++) {
            rows[i] = row[shuffled[index[i]]];
          }
          return statistic.apply(rows);
        },
        value -> value,
        permutations,
        seed);
  }

  private static int[] index(List<String> patients, List<String> ids) {
    return patients.stream()
        .mapToInt(patient -> Collections.binarySearch(ids, patient))
        .toArray();
  }

  private static PermutationTest test(
      Estimate statistic,
      Function<SplittableRandom, Estimate> permuted,
      DoubleUnaryOperator extremity,
      int permutations,
      long seed) {
    if (permutations < 1) {
      throw new IllegalArgumentException("there cannot be " + permutations + " permutations");
    }
    if (!statistic.defined()) {
      return new PermutationTest(statistic, statistic, 0);
    }
    long start = new SplittableRandom(seed).nextLong();
    double found = extremity.applyAsDouble(statistic.value());
    int extreme = 0;
    int undefined = 0;
    for (int k = 0; k < permutations; k++) {
      Estimate value = permuted.apply(new SplittableRandom(start + k));
      if (!value.defined()) {
        undefined++;
      } else if (extremity.applyAsDouble(value.value()) >= found - 1e-12 * Math.abs(found)) {
        extreme++;
      }
    }
    int defined = permutations - undefined;
    Estimate probability = defined == 0
        ? Estimate.undefined("it is not defined in any permutation")
        : Estimate.of((1.0 + extreme) / (1.0 + defined));
    return new PermutationTest(statistic, probability, undefined);
  }

  /** The statistic of what is there. */
  public Estimate statistic() {
    return statistic;
  }

  /** The probability of a statistic as extreme by chance alone. */
  public Estimate probability() {
    return probability;
  }

  /** In how many permutations it is not defined. */
  public int undefined() {
    return undefined;
  }
}
