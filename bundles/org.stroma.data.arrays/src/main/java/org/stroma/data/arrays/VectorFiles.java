/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.stroma.api.data.AbsentDataException;
import org.stroma.api.data.DataException;
import org.stroma.api.data.MissingValues;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.Problems;
import org.stroma.api.data.ReadContext;

/** Vectors in files, one per sample or several whose mean counts. */
final class VectorFiles {
  private VectorFiles() {}

  /**
   * Reads the vectors of all samples; NaN is a missing value, and a vector of nothing else counts as missing.
   *
   * @param path path template
   * @param reading reads a file's vector
   * @param several whether a sample may have several files, of which the mean is taken
   */
  static ModalityData.Matrix read(
      ReadContext context,
      String path,
      String table,
      boolean absentFiles,
      boolean several,
      Function<Path, double[]> reading) {
    Problems problems = new Problems();
    Map<String, float[]> vectors = new LinkedHashMap<>();
    WidthCheck widths = new WidthCheck();
    context
        .files(path, table, absentFiles)
        .forEach((sample, files) -> problems.check(() -> {
          if (files.size() > 1 && !several) {
            throw oneFile(sample, files);
          }
          List<double[]> all = files.stream().map(reading).toList();
          for (int i = 0; i < all.size(); i++) {
            widths.add(all.get(i).length, files.get(i));
          }
          if (all.stream().allMatch(vector -> vector.length == all.get(0).length)) {
            vectors.put(sample, mean(files, all));
          }
        }));
    int width = widths.common(problems, "numbers", "all samples have to have the same");
    problems.throwIfAny();
    if (vectors.isEmpty()) {
      throw new AbsentDataException("no sample has a file " + path);
    }
    vectors.values().removeIf(MissingValues::all);
    return ModalityData.Matrix.of(
        IntStream.range(0, width).mapToObj(i -> "f" + i).toList(), vectors);
  }

  static DataException oneFile(String sample, List<Path> files) {
    return new DataException("sample " + sample + " has " + files.size() + " files, such as "
        + files.get(0) + "; there has to be one");
  }

  private static float[] mean(List<Path> files, List<double[]> vectors) {
    float[] mean = new float[vectors.get(0).length];
    for (int i = 0; i < mean.length; i++) {
      double sum = 0;
      for (int v = 0; v < vectors.size(); v++) {
        double number = vectors.get(v)[i];
        if (Float.isInfinite((float) number)) {
          throw new DataException(
              files.get(v) + ": number " + (i + 1) + " is " + number
                  + "; it has to be finite and within the range of float32, or NaN where it is missing");
        }
        sum += number;
      }
      mean[i] = (float) (sum / vectors.size());
    }
    return mean;
  }
}
