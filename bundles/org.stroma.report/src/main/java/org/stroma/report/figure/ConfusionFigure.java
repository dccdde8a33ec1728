/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.figure;

import java.util.ArrayList;
import java.util.List;
import org.stroma.report.Study;
import org.stroma.report.markup.Figure;
import org.stroma.report.markup.Table;
import org.stroma.report.markup.Words;
import org.stroma.report.plot.Grid;
import org.stroma.run.RunPredictions;
import org.stroma.run.RunReader;
import org.stroma.statistics.ConfusionMatrix;

/** A confusion matrix, with the classes by their names. */
public final class ConfusionFigure {
  private ConfusionFigure() {}

  /** The figure of a head. */
  public static Figure of(Study study, RunReader.Head head, RunPredictions.Classes test) {
    int size = test.names().size();
    long[][] counts = ConfusionMatrix.of(test.truth(), test.probability()).counts();
    List<String> columns = new ArrayList<>();
    columns.add("True class");
    test.names().forEach(name -> columns.add("called " + name));
    columns.add("Patients");
    columns.add("Recognised");
    Table table = Table.of(columns);
    StringBuilder description = new StringBuilder();
    for (int c = 0; c < size; c++) {
      long all = 0;
      List<String> row = new ArrayList<>(List.of(test.names().get(c)));
      for (long count : counts[c]) {
        row.add(Words.count(count));
        all += count;
      }
      row.add(Words.count(all));
      row.add(all == 0 ? "–" : Words.percent((double) counts[c][c] / all));
      table.row(row);
      description
          .append("Of ")
          .append(Words.count(all))
          .append(" patients of ")
          .append(test.names().get(c))
          .append(", ")
          .append(Words.count(counts[c][c]))
          .append(" are recognised. ");
    }
    String title = "Confusion matrix of " + head.name();
    return new Figure(
        title,
        Grid.counts(title, description.toString().strip(), test.names(), counts),
        "Rows are true classes, columns the most probable ones; percentages are of the row."
            + study.pooling(),
        table);
  }
}
