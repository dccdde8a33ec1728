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
 * <p>The way is cut into equal pieces, and gradients are taken in their middles. Where they do not add up, the piece is cut in three
 * next to which the outputs change most otherwise than the slopes say, for each patient by itself: networks of ReLUs have kinks, and
 * what equal pieces miss of them shrinks with their number alone.
 *
 * @param <K> outputs
 */
final class IntegratedGradients<K> {
  /** Cuts for each of the pieces that there are at first, at most. */
  static final int CUTS = 2;

  /** A model that can be asked. */
  interface Model<K> {
    /** What it says where the vectors are these, by modality. */
    Answer<K> at(Map<String, float[]> vectors);
  }

  /**
   * What a model says.
   *
   * @param outputs of each patient
   * @param gradients by the numbers of the vectors, by output and modality
   */
  record Answer<K>(Map<K, float[]> outputs, Map<K, Map<String, float[]>> gradients) {}

  private final Model<K> model;
  private final int patients;
  private final Map<String, float[]> from;
  private final Map<String, float[]> to;

  /** The outputs that come from the vectors, in the order of values and slopes. */
  private final List<K> outputs = new ArrayList<>();

  /** Summed gradients, by output and modality. */
  private final Map<K, Map<String, double[]>> sums = new LinkedHashMap<>();

  /** The pieces of each patient's way. */
  private final List<List<Piece>> ways = new ArrayList<>();

  private static final class Piece {
    private final double middle;
    private double width;

    /** The outputs in the middle. */
    private double[] value = {};

    /** What they change by along the way there. */
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
      Model<K> model, int patients, Map<String, float[]> from, Map<String, float[]> to) {
    this.model = model;
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
   * @param start the outputs at the baseline, by output and patient
   * @param end the outputs at the other end
   * @param steps pieces at first; {@value #CUTS} times as many are cut in three at most
   */
  Map<K, Map<String, double[]>> of(Map<K, float[]> start, Map<K, float[]> end, int steps) {
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
    for (int cut = 0; cut < CUTS * steps; cut++) {
      boolean[] missed = missed(start, end);
      if (!anyOf(missed)) {
        break;
      }
      cut(missed, start, end);
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
  private boolean[] missed(Map<K, float[]> start, Map<K, float[]> end) {
    boolean[] missed = new boolean[patients];
    for (int k = 0; k < outputs.size(); k++) {
      double[] differences = differences(outputs.get(k), start, end);
      double[] attributed = new double[patients];
      for (int i = 0; i < patients; i++) {
        for (Piece piece : ways.get(i)) {
          attributed[i] += piece.width * piece.slope[k];
        }
      }
      double[] sizes = Arrays.stream(differences).map(Math::abs).toArray();
      boolean[] here =
          Completeness.missed(differences, sizes, attributed, Completeness.TOLERANCE / 2);
      for (int i = 0; i < patients; i++) {
        missed[i] |= here[i];
      }
    }
    return missed;
  }

  private double[] differences(K output, Map<K, float[]> start, Map<K, float[]> end) {
    double[] differences = new double[patients];
    Arrays.setAll(differences, i -> (double) end.get(output)[i] - start.get(output)[i]);
    return differences;
  }

  /** Cuts a piece of each of some patients in three. The middle stays, with a third of its width. */
  private void cut(boolean[] which, Map<K, float[]> start, Map<K, float[]> end) {
    Piece[] before = new Piece[patients];
    Piece[] middle = new Piece[patients];
    Piece[] behind = new Piece[patients];
    double[] less = new double[patients];
    double[] more = new double[patients];
    double[][] scales = new double[outputs.size()][];
    for (int k = 0; k < scales.length; k++) {
      scales[k] = Completeness.scales(
          Arrays.stream(differences(outputs.get(k), start, end)).map(Math::abs).toArray());
    }
    for (int i = 0; i < patients; i++) {
      List<Piece> way = ways.get(i);
      int at = which[i] ? worst(way, i, start, end, scales) : 0;
      middle[i] = way.get(at);
      before[i] = middle[i];
      behind[i] = middle[i];
      if (which[i]) {
        double width = middle[i].width / 3;
        before[i] = new Piece(middle[i].middle - width, width);
        behind[i] = new Piece(middle[i].middle + width, width);
        less[i] = -2 * width;
        more[i] = width;
        middle[i].width = width;
        way.add(at, before[i]);
        way.add(at + 2, behind[i]);
      }
    }
    // asked again rather than kept: for each piece gradients are as many as the numbers of the
    // batch
    ask(middle, less);
    ask(before, more);
    ask(behind, more);
  }

  /** The wider piece beside the gap between two middles, or an end, in which most is missed of any output. */
  private int worst(
      List<Piece> way, int patient, Map<K, float[]> start, Map<K, float[]> end, double[][] scales) {
    int worst = 0;
    double most = -1;
    for (int gap = 0; gap <= way.size(); gap++) {
      Piece left = gap == 0 ? null : way.get(gap - 1);
      Piece right = gap == way.size() ? null : way.get(gap);
      double missed = 0;
      for (int k = 0; k < outputs.size(); k++) {
        double there = right == null ? end.get(outputs.get(k))[patient] : right.value[k];
        double here = left == null ? start.get(outputs.get(k))[patient] : left.value[k];
        double found = (left == null ? 0 : left.width * left.slope[k] / 2)
            + (right == null ? 0 : right.width * right.slope[k] / 2);
        missed = Math.max(missed, Math.abs(there - here - found) / scales[k][patient]);
      }
      if (missed > most) {
        most = missed;
        boolean first = right == null || left != null && left.width > right.width;
        worst = first ? gap - 1 : gap;
      }
    }
    return worst;
  }

  /** Adds the gradients at a place of each patient's way, weighted. */
  private void ask(Piece[] at, double[] weights) {
    Answer<K> answer = model.at(between(at));
    if (outputs.isEmpty()) {
      answer.gradients().forEach((output, byModality) -> {
        if (byModality.keySet().stream().anyMatch(to::containsKey)) {
          outputs.add(output);
        }
      });
    }
    for (int i = 0; i < patients; i++) {
      at[i].slope = new double[outputs.size()];
      at[i].value = new double[outputs.size()];
      for (int k = 0; k < outputs.size(); k++) {
        at[i].value[k] = answer.outputs().get(outputs.get(k))[i];
      }
    }
    for (int k = 0; k < outputs.size(); k++) {
      for (Map.Entry<String, float[]> each :
          answer.gradients().get(outputs.get(k)).entrySet()) {
        if (to.containsKey(each.getKey())) {
          add(k, each.getKey(), each.getValue(), at, weights);
        }
      }
    }
  }

  private void add(int output, String modality, float[] gradient, Piece[] at, double[] weights) {
    double[] sum = sums.computeIfAbsent(outputs.get(output), o -> new TreeMap<>())
        .computeIfAbsent(modality, m -> new double[gradient.length]);
    float[] start = from.get(modality);
    float[] end = to.get(modality);
    int length = gradient.length / patients;
    for (int i = 0; i < gradient.length; i++) {
      double way = (double) end[i] - start[i];
      if (way != 0 && !Double.isNaN(way)) {
        int patient = i / length;
        sum[i] += weights[patient] * gradient[i];
        at[patient].slope[output] += way * gradient[i];
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
