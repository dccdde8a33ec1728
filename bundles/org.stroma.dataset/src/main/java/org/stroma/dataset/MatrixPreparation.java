/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Learned;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.Transform;
import org.stroma.parts.PartUse;

/** Prepares a modality of vectors: aligns its columns with those of training, and runs the transforms. */
record MatrixPreparation(ModalityPreparation task) {
  /** Standard deviations beyond which hardly any measurement of the same unit lies. */
  private static final int FAR = 10;

  /** Where the mean of the training patients is kept, where it is not 0 anyway. */
  private static final String MEAN = "mean";

  Dataset.Vectors prepare(ModalityData.Matrix data) {
    JsonNode kept = task.kept();
    ModalityData.Matrix matrix = data;
    if (kept != null && kept.has("features")) {
      matrix = aligned(kept.path("features"), matrix);
    }
    if (kept == null || kept.has("features")) {
      matrix.features().forEach(task.learned().putArray("features")::add);
    }
    ArrayNode states = task.learned().putArray("transforms");
    for (int i = 0; i < task.modality().transforms().size(); i++) {
      PartUse use = task.modality().transforms().get(i);
      Transform transform = task.parts().get(use.slot(), Transform.class);
      Learned state = kept == null
          ? transform.fit(ofTraining(matrix))
          : LearnedJson.read(use.type(), kept.path("transforms").path(i));
      if (kept == null) {
        transform.told(state).ifPresent(task::note);
      }
      states.add(LearnedJson.write(state));
      matrix = transform.apply(state, matrix);
    }
    if (kept != null && task.training() == null) {
      tellFarAway(matrix);
    }
    List<String> features = matrix.features();
    if (kept != null && kept.path("width").asInt() != features.size()) {
      throw new DataException("it has " + features.size()
          + " features and the model was trained with " + kept.path("width").asInt());
    }
    task.learned().put("width", features.size());
    if (!task.gaps()) {
      refuseMissingCells(matrix);
    }
    return new Dataset.Vectors(features.size(), features, mean(matrix), matrix.rows());
  }

  /** The mean of each feature among the training patients; null for a run of before that was kept. */
  private float @Nullable [] mean(ModalityData.Matrix matrix) {
    int width = matrix.features().size();
    List<PartUse> steps = task.modality().transforms();
    if (!steps.isEmpty() && steps.get(steps.size() - 1).type().equals("zscore")) {
      return new float[width];
    }
    if (task.training() != null) {
      float[] mean = mean(width, ofTraining(matrix).rows().values());
      ArrayNode kept = task.learned().putArray(MEAN);
      for (float each : mean) {
        kept.add(each);
      }
      return mean;
    }
    JsonNode kept = task.kept().path(MEAN);
    if (kept.size() != width) {
      return null;
    }
    task.learned().set(MEAN, kept.deepCopy());
    float[] mean = new float[width];
    for (int i = 0; i < width; i++) {
      mean[i] = kept.get(i).floatValue();
    }
    return mean;
  }

  /** Of the cells that are not missing; 0 where all are. */
  private static float[] mean(int width, Collection<float[]> rows) {
    float[] mean = new float[width];
    for (int i = 0; i < width; i++) {
      double sum = 0;
      int known = 0;
      for (float[] row : rows) {
        if (!Float.isNaN(row[i])) {
          sum += row[i];
          known++;
        }
      }
      mean[i] = known == 0 ? 0 : (float) (sum / known);
    }
    return mean;
  }

  /** Sorted: sums must not depend on the order of the table. */
  private ModalityData.Matrix ofTraining(ModalityData.Matrix matrix) {
    Map<String, float[]> rows = new TreeMap<>();
    matrix.rows().forEach((sample, row) -> {
      if (task.training().contains(sample)) {
        rows.put(sample, row);
      }
    });
    return ModalityData.Matrix.of(matrix.features(), rows);
  }

  private static void refuseMissingCells(ModalityData.Matrix matrix) {
    matrix.rows().forEach((patient, row) -> {
      for (int i = 0; i < row.length; i++) {
        if (Float.isNaN(row[i])) {
          throw new DataException(
              "patient " + patient + " has no value for "
                  + matrix.features().get(i)
                  + "; add the transform zscore, which sets missing cells to the training mean, or take an encoder that takes them");
        }
      }
    });
  }

  /** The features of training, by name; those that a new file lacks are missing cells, and the user is told. */
  private ModalityData.Matrix aligned(JsonNode names, ModalityData.Matrix data) {
    List<String> wanted = new ArrayList<>();
    names.forEach(name -> wanted.add(name.textValue()));
    if (wanted.equals(data.features())) {
      return data;
    }
    Map<String, Integer> columns = new HashMap<>();
    for (int i = 0; i < data.features().size(); i++) {
      columns.put(data.features().get(i), i);
    }
    List<String> lacking =
        wanted.stream().filter(name -> !columns.containsKey(name)).toList();
    String some = String.join(", ", lacking.subList(0, Math.min(10, lacking.size())))
        + (lacking.size() > 10 ? ", ..." : "");
    if (lacking.size() == wanted.size()) {
      throw new DataException(
          "none of the " + wanted.size() + " features of training is there (" + some + "); it has "
              + String.join(
                  ", ", data.features().subList(0, Math.min(10, data.features().size()))));
    }
    if (!lacking.isEmpty()) {
      task.note(lacking.size() + " of the " + wanted.size() + " features of training "
          + (lacking.size() == 1
              ? "is not there and counts as missing: "
              : "are not there and count as missing: ")
          + some);
    }
    Map<String, float[]> rows = new LinkedHashMap<>();
    data.rows().forEach((patient, row) -> {
      float[] picked = new float[wanted.size()];
      for (int i = 0; i < picked.length; i++) {
        Integer column = columns.get(wanted.get(i));
        picked[i] = column == null ? Float.NaN : row[column];
      }
      rows.put(patient, picked);
    });
    return ModalityData.Matrix.of(wanted, rows);
  }

  /** Tells of numbers that cannot be of the unit that training had: counts for logarithms, say. */
  private void tellFarAway(ModalityData.Matrix scores) {
    List<PartUse> steps = task.modality().transforms();
    if (steps.isEmpty() || !steps.get(steps.size() - 1).type().equals("zscore")) {
      return;
    }
    long far = 0;
    long cells = 0;
    for (float[] row : scores.rows().values()) {
      for (float score : row) {
        far += Math.abs(score) > FAR ? 1 : 0;
        cells++;
      }
    }
    if (cells > 0 && far > cells / 10) {
      task.note(
          Math.round(100.0 * far / cells) + " % of its numbers lie more than " + FAR
              + " standard deviations from the training patients' means; are they in another unit, such as counts for logarithms?");
    }
  }
}
