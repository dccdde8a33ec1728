/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.stroma.files.Csv;

/**
 * How the models of a run were trained.
 *
 * @param columns of numbers that epochs may have, in the order of the file
 * @param epochs of all models
 */
public record RunHistory(List<String> columns, List<Epoch> epochs) {
  /** The loss, mean over the batches. */
  public static final String LOSS = "loss";

  /** What the columns of the loss's terms begin with. */
  public static final String LOSS_PREFIX = "loss.";

  private static final List<String> PLACE = List.of("repeat", "fold", "model", "epoch");

  /**
   * An epoch of a model.
   *
   * @param repeat from 0
   * @param fold from 0
   * @param model of the ensemble, from 1
   * @param epoch from 1
   * @param values by column, those alone that are there
   */
  public record Epoch(int repeat, int fold, int model, int epoch, Map<String, Double> values) {
    /** A column's number; NaN where it is not there. */
    public double value(String column) {
      return values.getOrDefault(column, Double.NaN);
    }
  }

  static RunHistory read(Path file) {
    List<String> header = new ArrayList<>();
    List<Epoch> epochs = new ArrayList<>();
    if (Files.exists(file)) {
      Csv.read(file, row -> {
        if (header.isEmpty()) {
          header.addAll(row);
        } else {
          epochs.add(epoch(file, header, row));
        }
      });
    }
    return new RunHistory(
        header.stream().filter(column -> !PLACE.contains(column)).toList(),
        Collections.unmodifiableList(epochs));
  }

  private static Epoch epoch(Path file, List<String> header, List<String> row) {
    Map<String, Double> values = new LinkedHashMap<>();
    int[] place = {0, 0, 1, 0};
    for (int i = 0; i < row.size(); i++) {
      int at = PLACE.indexOf(header.get(i));
      if (at >= 0) {
        place[at] = (int) Cells.number(file, header.get(i), row.get(i));
      } else if (!row.get(i).isEmpty()) {
        values.put(header.get(i), Cells.number(file, header.get(i), row.get(i)));
      }
    }
    return new Epoch(place[0], place[1], place[2], place[3], Collections.unmodifiableMap(values));
  }
}
