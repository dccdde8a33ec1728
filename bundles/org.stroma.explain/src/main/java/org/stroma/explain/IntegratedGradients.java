/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Integrated gradients (Sundararajan, Taly and Yan 2017, eq. 1): of each number the gradients along the straight way from a baseline,
 * averaged, times how far the number lies from the baseline. They add up to the difference of the outputs at both ends
 * (completeness). All vectors of a patient move at once.
 *
 * <p>The way is cut into equal pieces, and gradients are taken in their middles. Where they do not add up, pieces next to which the
 * slope changes most are cut in three, for each patient by itself: networks of ReLUs have kinks, and what equal pieces miss of them
 * shrinks with their number alone.
 *
 * @param <K> outputs
 */
final class IntegratedGradients<K> {
  /** How outputs change with vectors. */
  interface Slopes<K> {
    /** The gradients of outputs by numbers, by output and modality, where the vectors are these, by modality. */
    Map<K, Map<String, float[]>> at(Map<String, float[]> vectors);
  }

  private final Slopes<K> slopes;
  private final int patients;
  private final Map<String, float[]> from;
  private final Map<String, float[]> to;

  /** Summed gradients, by output and modality. */
  private final Map<K, Map<String, double[]>> sums = new LinkedHashMap<>();

  /** The pieces of each patient's way. */
  private final List<List<Piece>> ways = new ArrayList<>();

  private static final class Piece {
    private final double middle;
    private double width;

    /** The change of each output along the way, in the middle. */
    private double[] slope = {};

    Piece(double middle, double width) {
      this.middle = middle;
      this.width = width;
    }
  }

  /**
   * Of a batch.
   *
   * @param patients how many; the rows of one stand together
   * @param from the baseline, by modality
   * @param to as long, by modality
   */
  IntegratedGradients(
      Slopes<K> slopes, int patients, Map<String, float[]> from, Map<String, float[]> to) {
    this.slopes = slopes;
    this.patients = patients;
    this.from = from;
    this.to = to;
    for (int i = 0; i < patients; i++) {
      ways.add(new ArrayList<>());
    }
  }

  /**
   * Attributions by output and modality. A number that is missing (NaN) is missing on the whole way, and nothing is attributed to it.
   *
   * @param differences of the outputs between both ends, by output and patient: what attributions have to add up to
   * @param steps pieces at first; at most twice as many are cut in three
   */
  Map<K, Map<String, double[]>> of(Map<K, double[]> differences, int steps) {
    for (int step = 0; step < steps; step++) {
      Piece[] pieces = new Piece[patients];
      double[] weights = new double[patients];
      for (int i = 0; i < patients; i++) {
        pieces[i] = new Piece((step + 0.5) / steps, 1.0 / steps);
        weights[i] = pieces[i].width;
        ways.get(i).add(pieces[i]);
      }
      ask(pieces, weights);
    }
    List<double[]> wanted = new ArrayList<>();
    sums.keySet().forEach(output -> wanted.add(differences.get(output)));
    for (int cut = 0; cut < 2 * steps && !wanted.isEmpty(); cut++) {
      boolean[] missed = missed(wanted);
      if (!anyOf(missed)) {
        break;
      }
      cut(missed, wanted);
    }
    Map<K, Map<String, double[]>> attributions = new LinkedHashMap<>();
    sums.forEach((output, byModality) -> byModality.forEach((modality, sum) -> attributions
        .computeIfAbsent(output, o -> new TreeMap<>())
        .put(modality, times(sum, modality))));
    return attributions;
  }

  private static boolean anyOf(boolean[] flags) {
    for (boolean flag : flags) {
      if (flag) {
        return true;
      }
    }
    return false;
  }

  /** Whose attributions do not add up, of any output. Half of the tolerance: errors of several models may add. */
  private boolean[] missed(List<double[]> wanted) {
    boolean[] missed = new boolean[patients];
    for (int k = 0; k < wanted.size(); k++) {
      double[] attributed = new double[patients];
      for (int i = 0; i < patients; i++) {
        for (Piece piece : ways.get(i)) {
          attributed[i] += piece.width * piece.slope[k];
        }
      }
      double[] sizes = Arrays.stream(wanted.get(k)).map(Math::abs).toArray();
      boolean[] here =
          Completeness.missed(wanted.get(k), sizes, attributed, Completeness.TOLERANCE / 2);
      for (int i = 0; i < patients; i++) {
        missed[i] |= here[i];
      }
    }
    return missed;
  }

  /** Cuts a piece of each of some patients in three. The middle stays, with a third of its width. */
  private void cut(boolean[] which, List<double[]> wanted) {
    Piece[][] third = new Piece[3][patients];
    double[] less = new double[patients];
    double[] more = new double[patients];
    for (int i = 0; i < patients; i++) {
      List<Piece> way = ways.get(i);
      int at = which[i] ? steepest(way, i, wanted) : 0;
      Piece whole = way.get(at);
      double width = whole.width / 3;
      third[0][i] = which[i] ? new Piece(whole.middle - width, width) : whole;
      third[1][i] = whole;
      third[2][i] = which[i] ? new Piece(whole.middle + width, width) : whole;
      if (which[i]) {
        less[i] = -2 * width;
        more[i] = width;
        whole.width = width;
        way.add(at, third[0][i]);
        way.add(at + 2, third[2][i]);
      }
    }
    // gradients are asked for again rather than kept: they are as many as the numbers of the batch,
    // for each piece
    ask(third[1], less);
    ask(third[0], more);
    ask(third[2], more);
  }

  /**
   * The piece that can be most wrong: by its width, and by how much the slope differs from its neighbours'. What those do not account
   * for is looked for beside the baseline, where normalised vectors are short and turn at once.
   */
  private static int steepest(List<Piece> way, int patient, List<double[]> wanted) {
    double[] wrong = new double[way.size()];
    for (int k = 0; k < wanted.size(); k++) {
      double scale = Math.max(Math.abs(wanted.get(k)[patient]), 1e-6);
      double missing = wanted.get(k)[patient];
      double explained = 0;
      for (int p = 0; p < way.size(); p++) {
        Piece piece = way.get(p);
        double jump = Math.max(
            Math.abs(way.get(Math.max(0, p - 1)).slope[k] - piece.slope[k]),
            Math.abs(way.get(Math.min(way.size() - 1, p + 1)).slope[k] - piece.slope[k]));
        missing -= piece.width * piece.slope[k];
        explained += piece.width * jump;
        wrong[p] = Math.max(wrong[p], piece.width * jump / scale);
      }
      wrong[0] = Math.max(wrong[0], (Math.abs(missing) - explained) / scale);
    }
    int steepest = 0;
    for (int p = 1; p < wrong.length; p++) {
      steepest = wrong[p] > wrong[steepest] ? p : steepest;
    }
    return steepest;
  }

  /** Adds the gradients at a place of each patient's way, weighted. */
  private void ask(Piece[] at, double[] weights) {
    Map<K, Map<String, float[]>> gradients = slopes.at(between(at));
    for (Piece piece : at) {
      piece.slope = new double[gradients.size()];
    }
    int k = 0;
    for (Map.Entry<K, Map<String, float[]>> output : gradients.entrySet()) {
      boolean any = false;
      for (Map.Entry<String, float[]> modality : output.getValue().entrySet()) {
        if (to.containsKey(modality.getKey())) {
          any = true;
          add(output.getKey(), k, modality.getKey(), modality.getValue(), at, weights);
        }
      }
      // outputs that come from no vectors have no sums
      k += any ? 1 : 0;
    }
  }

  private void add(
      K output, int index, String modality, float[] gradient, Piece[] at, double[] weights) {
    double[] sum = sums.computeIfAbsent(output, o -> new TreeMap<>())
        .computeIfAbsent(modality, m -> new double[gradient.length]);
    float[] start = from.get(modality);
    float[] end = to.get(modality);
    int length = gradient.length / patients;
    for (int i = 0; i < gradient.length; i++) {
      double way = (double) end[i] - start[i];
      if (way != 0 && !Double.isNaN(way)) {
        int patient = i / length;
        sum[i] += weights[patient] * gradient[i];
        at[patient].slope[index] += way * gradient[i];
      }
    }
  }

  private double[] times(double[] sum, String modality) {
    double[] attributions = new double[sum.length];
    Arrays.setAll(
        attributions,
        i -> sum[i] == 0 ? 0 : sum[i] * ((double) to.get(modality)[i] - from.get(modality)[i]));
    return attributions;
  }

  private Map<String, float[]> between(Piece[] at) {
    Map<String, float[]> between = new TreeMap<>();
    to.forEach((modality, end) -> {
      float[] start = from.get(modality);
      float[] numbers = new float[end.length];
      int length = numbers.length / patients;
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (float) (start[i] + at[i / length].middle * ((double) end[i] - start[i]));
      }
      between.put(modality, numbers);
    });
    return between;
  }
}
