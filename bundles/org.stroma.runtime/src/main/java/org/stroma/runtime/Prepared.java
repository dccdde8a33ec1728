/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.stroma.api.data.Bag;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Tokenizer;
import org.stroma.api.data.Transform;
import org.stroma.cohort.Cohort;

/**
 * The modalities of a cohort as the model takes them, after transforms and tokenizers that learned from training
 * patients alone.
 *
 * @param inputs by modality
 * @param learned what the transforms and tokenizers learned, by modality: enough to prepare other patients alike
 */
record Prepared(SortedMap<String, Input> inputs, ObjectNode learned) {

  /** One modality. */
  sealed interface Input {
    /** The samples that have it. */
    Set<String> samples();
  }

  /** A vector a sample. */
  record Vectors(int width, Map<String, float[]> rows) implements Input {
    @Override
    public Set<String> samples() {
      return rows.keySet();
    }
  }

  /** Token ids a sample. */
  record Tokens(int vocabularySize, Map<String, int[]> ids) implements Input {
    @Override
    public Set<String> samples() {
      return ids.keySet();
    }
  }

  /** A bag a sample. */
  record Bags(int width, Map<String, Bag> bags) implements Input {
    /** Whether all elements have coordinates. */
    boolean located() {
      return bags.values().stream().allMatch(Bag::located);
    }

    @Override
    public Set<String> samples() {
      return bags.keySet();
    }
  }

  /** Learns from the training patients and prepares everybody. */
  static Prepared fit(Experiment experiment, PartSet parts, Cohort data, List<String> training, ReadContext files) {
    return prepare(experiment, parts, data, new HashSet<>(data.samples(training)), null, files);
  }

  /** Prepares patients by what was learned before. */
  static Prepared apply(Experiment experiment, PartSet parts, Cohort data, ObjectNode learned) {
    return prepare(experiment, parts, data, null, learned, null);
  }

  private static Prepared prepare(
      Experiment experiment, PartSet parts, Cohort data, Set<String> training, ObjectNode known, ReadContext files) {
    SortedMap<String, Input> inputs = new TreeMap<>();
    ObjectNode learned = JsonNodeFactory.instance.objectNode();
    experiment.modalities().forEach((name, modality) -> {
      JsonNode before = known == null ? null : known.path(name);
      ObjectNode now = learned.putObject(name);
      try {
        inputs.put(name, input(name, modality, parts, data.modalities().get(name), training, before, now, files));
      } catch (DataException e) {
        throw new DataException("modality " + name + ": " + e.getMessage(), e);
      }
    });
    for (String patient : data.patients()) {
      boolean has =
          data.visits().get(patient).stream()
              .anyMatch(v -> inputs.values().stream().anyMatch(input -> input.samples().contains(v.sample())));
      if (!has) {
        throw new DataException("patient " + patient + " has no modality left: the text holds no words");
      }
    }
    return new Prepared(inputs, learned);
  }

  private static Input input(
      String name, Experiment.Modality modality, PartSet parts, ModalityData data, Set<String> training,
      JsonNode before, ObjectNode now, ReadContext files) {
    if (modality.tokenizer() != null && !(data instanceof ModalityData.Texts)) {
      throw refuse("/modalities/" + name + "/tokenizer", "the reader gives numbers; a tokenizer takes texts");
    }
    if (!modality.transforms().isEmpty() && !(data instanceof ModalityData.Matrix)) {
      throw refuse(
          "/modalities/" + name + "/transforms",
          "the reader gives " + (data instanceof ModalityData.Texts ? "texts" : data instanceof ModalityData.Tokens ? "token ids" : "bags of vectors")
              + "; transforms take one vector a patient");
    }
    if (data instanceof ModalityData.Matrix m) {
      return matrix(modality, parts, m, training, before, now);
    }
    if (data instanceof ModalityData.Texts t) {
      return texts(name, modality, parts, t, training, before, now, files);
    }
    if (data instanceof ModalityData.Tokens t) {
      return new Tokens(t.vocabularySize(), t.ids());
    }
    ModalityData.Bags b = (ModalityData.Bags) data;
    return new Bags(b.width(), b.bags());
  }

  private static ExperimentException refuse(String pointer, String message) {
    return new ExperimentException(List.of(new Fault(pointer, message)), false);
  }

  private static Vectors matrix(
      Experiment.Modality modality, PartSet parts, ModalityData.Matrix matrix, Set<String> training, JsonNode before,
      ObjectNode now) {
    ArrayNode steps = now.putArray("transforms");
    for (int i = 0; i < modality.transforms().size(); i++) {
      Transform transform = parts.get(modality.transforms().get(i).slot(), Transform.class);
      JsonNode state;
      if (before == null) {
        Map<String, float[]> rows = new LinkedHashMap<>();
        matrix.rows().forEach((patient, row) -> {
          if (training.contains(patient)) {
            rows.put(patient, row);
          }
        });
        state = transform.fit(new ModalityData.Matrix(matrix.features(), rows));
      } else {
        state = before.path("transforms").path(i);
      }
      steps.add(state);
      matrix = transform.apply(state, matrix);
    }
    List<String> features = matrix.features();
    if (before != null && before.path("width").asInt() != features.size()) {
      throw new DataException("it has " + features.size() + " features and the model was trained with "
          + before.path("width").asInt());
    }
    now.put("width", features.size());
    matrix.rows().forEach((patient, row) -> {
      for (int i = 0; i < row.length; i++) {
        if (Float.isNaN(row[i])) {
          throw new DataException("patient " + patient + " has no value for " + features.get(i)
              + "; add the transform zscore, which sets missing cells to the training mean");
        }
      }
    });
    return new Vectors(features.size(), matrix.rows());
  }

  private static Tokens texts(
      String name, Experiment.Modality modality, PartSet parts, ModalityData.Texts texts, Set<String> training,
      JsonNode before, ObjectNode now, ReadContext files) {
    if (modality.tokenizer() == null) {
      throw refuse("/modalities/" + name + "/tokenizer", "is missing; the reader gives texts, and they need a tokenizer");
    }
    Tokenizer tokenizer = parts.get(modality.tokenizer().slot(), Tokenizer.class);
    JsonNode state =
        before == null
            ? tokenizer.fit(
                files,
                texts.texts().entrySet().stream()
                    .filter(e -> training.contains(e.getKey()))
                    .map(Map.Entry::getValue)
                    .toList())
            : before.path("tokenizer");
    now.set("tokenizer", state);
    Map<String, int[]> ids = new LinkedHashMap<>();
    texts.texts().forEach((patient, text) -> {
      int[] encoded = tokenizer.encode(state, text);
      // a text without a word is no text: the patient lacks the modality
      if (encoded.length > 0) {
        ids.put(patient, encoded);
      }
    });
    return new Tokens(tokenizer.vocabularySize(state), ids);
  }
}
