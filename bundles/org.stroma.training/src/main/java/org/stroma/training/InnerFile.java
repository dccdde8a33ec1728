/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.util.List;
import java.util.stream.IntStream;
import org.stroma.files.Csv;
import org.stroma.run.RunDirectory;

/**
 * {@code inner.csv}: a row for each epoch of each inner training, by which was chosen: columns {@code repeat,fold,candidate,inner,
 * training,validation,epoch,loss} and HEAD.METRIC. Loss is the mean over the members; the metric is empty where it is not defined,
 * and of trainings that did not come to an end.
 */
final class InnerFile {
  static final String FILE = "inner.csv";

  private final RunDirectory directory;
  private String header;

  InnerFile(RunDirectory directory, String head, String metric) {
    this.directory = directory;
    this.header = "repeat,fold,candidate,inner,training,validation,epoch,loss,"
        + Csv.quote(head + "." + metric) + "\n";
  }

  /** Adds what came of an inner training to the file. */
  void add(FoldTask task, String candidate, FoldResult result) {
    List<Double> values = result.scores().values();
    List<Double> losses = losses(result);
    StringBuilder csv = new StringBuilder(header);
    String start = task.repeat() + "," + task.fold() + "," + Csv.quote(candidate) + ","
        + task.inner() + "," + task.training().size() + "," + task.validation().size() + ",";
    for (int e = 0; e < losses.size(); e++) {
      Double value = e < values.size() ? values.get(e) : null;
      csv.append(start)
          .append(e + 1)
          .append(',')
          .append(losses.get(e))
          .append(',')
          .append(value == null ? "" : value)
          .append('\n');
    }
    if (header.isEmpty()) {
      directory.append(FILE, csv.toString());
    } else {
      directory.write(FILE, csv.toString());
      header = "";
    }
  }

  /** Mean over the members, of the epochs that all of them reached. */
  static List<Double> losses(FoldResult result) {
    return IntStream.range(
            0, result.history().stream().mapToInt(List::size).min().orElse(0))
        .mapToObj(epoch -> result.history().stream()
            .mapToDouble(member -> member.get(epoch).loss())
            .average()
            .orElse(Double.NaN))
        .toList();
  }
}
