/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.stroma.experiment.Selection;

/**
 * A choice among candidates and their epochs, by the rule of the experiment. It follows from the values alone: candidates count by
 * their place in the file, whatever the order in which they were tried.
 *
 * @param candidate its index
 * @param epochs after how many its training ends
 * @param compared how many epochs all inner folds reached
 * @param mean of the metric over the inner folds, then
 * @param standardError of that mean, the standard deviation over the inner folds by the root of their number; NaN for one fold
 */
record Choice(int candidate, int epochs, int compared, double mean, double standardError) {
  /**
   * The values of the deciding metric of one candidate.
   *
   * @param values by inner fold and epoch; NaN where the metric is not defined. Folds may have ended after different numbers of
   *     epochs: those that all of them reached are compared
   */
  record Curves(double[][] values) {
    /** Of a candidate that cannot be trained. */
    static final Curves NONE = new Curves(new double[0][]);

    int compared() {
      return Arrays.stream(values).mapToInt(fold -> fold.length).min().orElse(0);
    }

    double[] at(int epoch) {
      return Arrays.stream(values).mapToDouble(fold -> fold[epoch]).toArray();
    }

    double mean(int epoch) {
      return Arrays.stream(at(epoch)).average().orElse(Double.NaN);
    }

    /** NaN for one fold. */
    double standardError(int epoch) {
      double[] at = at(epoch);
      double mean = mean(epoch);
      double squares =
          Arrays.stream(at).map(value -> (value - mean) * (value - mean)).sum();
      return Math.sqrt(squares / (at.length - 1) / at.length);
    }
  }

  /**
   * Chooses.
   *
   * @param higher whether a higher value is a better one
   * @param candidates in the order of the file
   * @return empty where the metric is defined for no candidate and epoch
   * @throws IllegalArgumentException for a standard error of a single fold
   */
  static Optional<Choice> of(Selection.Rule rule, boolean higher, List<Curves> candidates) {
    Choice best = null;
    for (int c = 0; c < candidates.size(); c++) {
      int compared = candidates.get(c).compared();
      for (int e = rule == Selection.Rule.LAST ? Math.max(0, compared - 1) : 0; e < compared; e++) {
        double mean = candidates.get(c).mean(e);
        if (!Double.isNaN(mean) && (best == null || better(mean, best.mean(), higher))) {
          best = at(c, e, candidates.get(c));
        }
      }
    }
    if (best == null) {
      return Optional.empty();
    }
    return switch (rule) {
      case BEST_EPOCH, LAST -> Optional.of(best);
      case ONE_STANDARD_ERROR -> Optional.of(first(higher, candidates, best));
      case FIRST_CANDIDATE -> Optional.of(firstCandidate(higher, candidates, best));
    };
  }

  /** A mean that comes within a standard error of the best. */
  private static double bound(boolean higher, Choice best) {
    if (Double.isNaN(best.standardError())) {
      throw new IllegalArgumentException("one inner fold has no standard error");
    }
    return best.mean() + (higher ? -1 : 1) * best.standardError();
  }

  /** The first whose best comes within a standard error of the best of all. */
  private static Choice firstCandidate(boolean higher, List<Curves> candidates, Choice best) {
    double bound = bound(higher, best);
    for (int c = 0; c < best.candidate(); c++) {
      Choice own =
          of(Selection.Rule.BEST_EPOCH, higher, List.of(candidates.get(c))).orElse(null);
      if (own != null && !better(bound, own.mean(), higher)) {
        return at(c, own.epochs() - 1, candidates.get(c));
      }
    }
    return best;
  }

  /** The first that comes within a standard error of the best. */
  private static Choice first(boolean higher, List<Curves> candidates, Choice best) {
    double bound = bound(higher, best);
    for (int c = 0; c < candidates.size(); c++) {
      for (int e = 0; e < candidates.get(c).compared(); e++) {
        double mean = candidates.get(c).mean(e);
        if (!Double.isNaN(mean) && !better(bound, mean, higher)) {
          return at(c, e, candidates.get(c));
        }
      }
    }
    return best;
  }

  private static Choice at(int candidate, int epoch, Curves curves) {
    return new Choice(
        candidate, epoch + 1, curves.compared(), curves.mean(epoch), curves.standardError(epoch));
  }

  static boolean better(double value, double other, boolean higher) {
    return higher ? value > other : value < other;
  }
}
