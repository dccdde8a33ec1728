/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Turns rows of features into rows of patients. The number of features is not known before the file's end, and two whole
 * matrices would take twice the memory: what a patient has is kept in pieces, which are joined patient by patient.
 */
final class FeatureRows {
  private static final int SMALLEST = 16;
  private static final int LARGEST = 1024;

  private final int patients;
  private final List<String> names = new ArrayList<>();
  private final List<float[][]> pieces = new ArrayList<>(); // each [patient][feature]
  private int used; // of the last piece

  FeatureRows(int patients) {
    this.patients = patients;
  }

  /**
   * Adds a feature.
   *
   * @param row a number a patient; copied
   */
  void add(String name, float[] row) {
    if (pieces.isEmpty() || used == last()[0].length) {
      pieces.add(new float[patients][Math.min(LARGEST, Math.max(SMALLEST, names.size()))]);
      used = 0;
    }
    float[][] piece = last();
    for (int p = 0; p < patients; p++) {
      piece[p][used] = row[p];
    }
    used++;
    names.add(name);
  }

  private float[][] last() {
    return pieces.get(pieces.size() - 1);
  }

  private int[] order() {
    return IntStream.range(0, names.size())
        .boxed()
        .sorted(Comparator.comparing(names::get))
        .mapToInt(i -> i)
        .toArray();
  }

  /** The features in the order of their names. */
  List<String> names() {
    return names.stream().sorted().toList();
  }

  /** The patients' numbers, in the order of {@link #names}. They are given away: it cannot be asked for twice. */
  SortedMap<String, float[]> byPatient(List<String> ids) {
    int[] order = order();
    SortedMap<String, float[]> rows = new TreeMap<>();
    float[] joined = new float[names.size()];
    for (int p = 0; p < patients; p++) {
      int at = 0;
      for (float[][] piece : pieces) {
        int length = Math.min(piece[p].length, joined.length - at);
        System.arraycopy(piece[p], 0, joined, at, length);
        at += length;
        piece[p] = null;
      }
      float[] row = new float[joined.length];
      for (int i = 0; i < row.length; i++) {
        row[i] = joined[order[i]];
      }
      rows.put(ids.get(p), row);
    }
    return rows;
  }
}
