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
 * Transposes a matrix that is read feature by feature. The number of features is unknown until the
 * file's end, and a second whole matrix would double the memory, so values are kept in blocks that
 * are joined one patient at a time.
 */
final class FeatureRows {
  private static final int MIN_BLOCK = 16;
  private static final int MAX_BLOCK = 1024;

  private final int patients;
  private final List<String> names = new ArrayList<>();
  private final List<float[][]> blocks =
      new ArrayList<>(); // each [patients][features of the block]
  private int usedColumns; // columns in use of the last block

  FeatureRows(int patients) {
    this.patients = patients;
  }

  /**
   * Appends a feature.
   *
   * @param row one value per patient; copied
   */
  void add(String name, float[] row) {
    if (blocks.isEmpty() || usedColumns == lastBlock()[0].length) {
      blocks.add(new float[patients][Math.min(MAX_BLOCK, Math.max(MIN_BLOCK, names.size()))]);
      usedColumns = 0;
    }
    float[][] block = lastBlock();
    for (int p = 0; p < patients; p++) {
      block[p][usedColumns] = row[p];
    }
    usedColumns++;
    names.add(name);
  }

  private float[][] lastBlock() {
    return blocks.get(blocks.size() - 1);
  }

  private int[] order() {
    return IntStream.range(0, names.size())
        .boxed()
        .sorted(Comparator.comparing(names::get))
        .mapToInt(i -> i)
        .toArray();
  }

  /** The feature names, sorted. */
  List<String> names() {
    return names.stream().sorted().toList();
  }

  /**
   * Values by patient, in the order of {@link #names}. Releases the stored blocks, so it can be
   * called only once.
   */
  SortedMap<String, float[]> byPatient(List<String> ids) {
    int[] order = order();
    SortedMap<String, float[]> rows = new TreeMap<>();
    float[] joined = new float[names.size()];
    for (int p = 0; p < patients; p++) {
      int offset = 0;
      for (float[][] block : blocks) {
        int length = Math.min(block[p].length, joined.length - offset);
        System.arraycopy(block[p], 0, joined, offset, length);
        offset += length;
        block[p] = null;
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
