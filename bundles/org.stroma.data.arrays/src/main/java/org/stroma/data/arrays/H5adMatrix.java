/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.file.Path;
import java.util.List;
import org.stroma.api.data.DataException;

/** The matrix of an AnnData file. */
final class H5adMatrix {
  /** Numbers of a sparse matrix that are read at once. */
  private static final int BLOCK = 1 << 20;

  private H5adMatrix() {}

  /**
   * Reads a matrix as rows.
   *
   * @param name such as X
   */
  static float[][] read(Path path, Hdf5File file, String name, int rows, int columns) {
    long bytes = 4L * rows * columns;
    if (bytes > 0.9 * Runtime.getRuntime().maxMemory()) {
      throw new DataException(path + ": " + rows + " rows of " + columns + " features take "
          + (bytes >> 20) + " MB, and Java may use "
          + (Runtime.getRuntime().maxMemory() >> 20)
          + " MB in all; start Stroma with STROMA_JAVA_OPTS=-Xmx" + ((bytes >> 29) + 2) + "g");
    }
    return file.isGroup(name)
        ? sparse(path, file, name, rows, columns)
        : dense(path, file, name, rows, columns);
  }

  private static float[][] dense(Path path, Hdf5File file, String name, int rows, int columns) {
    Hdf5Dataset dataset = file.find(List.of(name));
    if (dataset == null) {
      throw new DataException(path + " has no matrix " + name + "; " + file.datasets());
    }
    if (dataset.rows() != rows || dataset.width() != columns) {
      throw new DataException(dataset.label() + " is " + dataset.rows() + " x " + dataset.width()
          + "; it has to be " + rows + " x " + columns + ", as obs and var are");
    }
    Hdf5Rows all = file.rows(dataset, dataset.elementType());
    float[][] matrix = new float[rows][];
    int block = Math.max(1, BLOCK / columns);
    for (int from = 0; from < rows; from += block) {
      int to = Math.min(rows, from + block);
      double[] numbers = all.numbers(from, to);
      for (int row = from; row < to; row++) {
        matrix[row] = new float[columns];
        for (int column = 0; column < columns; column++) {
          matrix[row][column] =
              finite(path, name, row, column, numbers[(row - from) * columns + column]);
        }
      }
    }
    return matrix;
  }

  private static float[][] sparse(Path path, Hdf5File file, String name, int rows, int columns) {
    String kind = file.textAttribute(name, "encoding-type").orElse("");
    boolean byRows = kind.equals("csr_matrix");
    if (!byRows && !kind.equals("csc_matrix")) {
      throw new DataException(path + ": " + name + " is "
          + (kind.isEmpty() ? "a group of no known kind" : "of the kind " + kind)
          + "; a matrix is dense, csr_matrix or csc_matrix");
    }
    Hdf5Rows data = part(path, file, name + "/data");
    Hdf5Rows indices = part(path, file, name + "/indices");
    double[] starts = part(path, file, name + "/indptr").numbers();
    int lines = byRows ? rows : columns;
    int across = byRows ? columns : rows;
    if (starts.length != lines + 1
        || starts[0] != 0
        || starts[lines] != data.count()
        || indices.count() != data.count()) {
      throw damaged(path, name, "its parts data, indices and indptr do not belong together");
    }
    float[][] matrix = new float[rows][columns];
    int line = 0;
    for (int from = 0; from < data.count(); from += BLOCK) {
      int to = Math.min(data.count(), from + BLOCK);
      double[] numbers = data.numbers(from, to);
      double[] places = indices.numbers(from, to);
      for (int i = from; i < to; i++) {
        while (starts[line + 1] <= i) {
          line++;
          if (starts[line + 1] < starts[line]) {
            throw damaged(path, name, "its indptr falls");
          }
        }
        int place = (int) places[i - from];
        if (place < 0 || place >= across || place != places[i - from]) {
          throw damaged(path, name, "an index is " + places[i - from] + " of " + across);
        }
        int row = byRows ? line : place;
        int column = byRows ? place : line;
        // a place that stands twice counts as the sum, as in SciPy
        matrix[row][column] += finite(path, name, row, column, numbers[i - from]);
      }
    }
    return matrix;
  }

  private static Hdf5Rows part(Path path, Hdf5File file, String name) {
    Hdf5Dataset dataset = file.find(List.of(name));
    if (dataset == null || dataset.width() != 1) {
      throw damaged(path, name, dataset == null ? "it is not there" : "it is no list");
    }
    return file.rows(dataset, dataset.elementType());
  }

  private static DataException damaged(Path path, String name, String why) {
    return new DataException(path + ": " + name + " is damaged: " + why);
  }

  private static float finite(Path path, String name, int row, int column, double number) {
    float value = (float) number;
    if (Float.isInfinite(value)) {
      throw new DataException(path + ": " + name + ", row " + (row + 1) + ", feature "
          + (column + 1) + " is " + number
          + "; it has to be finite and within the range of float32, or NaN where it is missing");
    }
    return value;
  }
}
