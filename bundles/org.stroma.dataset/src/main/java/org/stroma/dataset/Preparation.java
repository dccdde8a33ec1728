/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.stroma.api.Encoder;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Problems;
import org.stroma.api.data.ReadContext;
import org.stroma.cohort.Cohort;
import org.stroma.experiment.Experiment;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.PartUse;
import org.stroma.parts.WiredParts;

/** Makes the inputs of the model from the modalities of a cohort: transforms and tokenizers learn, or do as they learned. */
public final class Preparation {
  private final Experiment experiment;
  private final WiredParts parts;
  private final Cohort data;
  private final ReadContext files;

  /**
   * What a run had learned whose encoders others start from.
   *
   * @param learned by modality, as {@link Dataset#learned()} of that run
   * @param modalities of the experiment of that run, as it was written
   */
  public record Source(JsonNode learned, JsonNode modalities) {}

  private Preparation(Experiment experiment, WiredParts parts, Cohort data, ReadContext files) {
    this.experiment = experiment;
    this.parts = parts;
    this.data = data;
    this.files = files;
  }

  /**
   * Learns from the training patients and prepares everybody.
   *
   * @param source what encoders start from, whose modalities are prepared as in that run; null where they start anew
   * @throws DataException with all that is wrong with the modalities
   */
  public static Dataset fit(
      Experiment experiment,
      WiredParts parts,
      Cohort data,
      List<String> training,
      @Nullable Source source,
      ReadContext files) {
    return new Preparation(experiment, parts, data, files)
        .prepare(new HashSet<>(data.samples(training)), source, null);
  }

  /**
   * Prepares patients by what was learned before.
   *
   * @param learned as {@link Dataset#learned()} of the training
   * @throws DataException with all that is wrong with the modalities
   */
  public static Dataset apply(
      Experiment experiment, WiredParts parts, Cohort data, ObjectNode learned, ReadContext files) {
    return new Preparation(experiment, parts, data, files).prepare(null, null, learned);
  }

  private Dataset prepare(Set<String> training, Source source, ObjectNode kept) {
    SortedMap<String, Dataset.Input> inputs = new TreeMap<>();
    ObjectNode learned = JsonNodeFactory.instance.objectNode();
    Problems problems = new Problems();
    experiment.modalities().forEach((name, modality) -> {
      JsonNode keptHere = kept == null ? fromSource(name, modality, source) : kept.path(name);
      if (kept != null && !data.modalities().containsKey(name)) {
        // nobody of a new cohort has it
        inputs.put(name, Dataset.shape(keptHere));
        learned.set(name, keptHere);
        return;
      }
      ObjectNode learnedHere = learned.putObject(name);
      try {
        boolean gaps = !experiment.pretraining().containsKey(name)
            && parts.get(modality.encoder().slot(), Encoder.class).takesMissingCells();
        inputs.put(
            name,
            new ModalityPreparation(
                    name, modality, parts, training, keptHere, learnedHere, gaps, files)
                .prepare(data.modalities().get(name)));
      } catch (DataException e) {
        problems.add(e.at("modality " + name));
      }
    });
    problems.throwIfAny();
    for (String patient : data.patients()) {
      boolean has = data.visits().get(patient).stream().anyMatch(v -> inputs.values().stream()
          .anyMatch(input -> input.samples().contains(v.sample())));
      if (!has) {
        throw new DataException(
            "patient " + patient + " has no modality left: the text holds no words");
      }
    }
    return new Dataset(inputs, learned);
  }

  /** What the source learned of a modality: its weights mean the words and features of that run. Null for none. */
  private JsonNode fromSource(String name, Experiment.Modality modality, Source source) {
    if (source == null
        || !experiment.initialize().modalities().contains(name)
        || !source.learned().has(name)) {
      return null;
    }
    sameSteps(name, modality, experiment.initialize(), source.modalities().path(name));
    files.note("modality " + name + " is prepared as in "
        + experiment.initialize().from() + ", where its encoder starts from");
    return source.learned().path(name);
  }

  /** What the steps before an encoder learned is taken over, so they have to be the same steps. */
  private static void sameSteps(
      String name,
      Experiment.Modality modality,
      Experiment.Initialize initialize,
      JsonNode source) {
    List<String> then = new ArrayList<>();
    source.path("transforms").forEach(t -> then.add(t.path("type").asText()));
    if (source.has("tokenizer")) {
      then.add(source.path("tokenizer").path("type").asText());
    }
    List<String> now =
        new ArrayList<>(modality.transforms().stream().map(PartUse::type).toList());
    if (modality.tokenizer() != null) {
      now.add(modality.tokenizer().type());
    }
    if (!now.equals(then)) {
      throw refuse(
          "/modalities/" + name,
          "has the transforms and tokenizer " + now + "; the encoder starts from "
              + initialize.from() + ", where they are " + then + ", and they have to be the same");
    }
  }

  static FaultsException refuse(String pointer, String message) {
    return new FaultsException(List.of(new Fault(pointer, message)), false);
  }
}
