/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.stroma.api.TargetKind;
import org.stroma.api.data.DataException;
import org.stroma.cohort.CohortSummary;
import org.stroma.parts.Json;

/**
 * A run directory as plain values: the one place that knows the keys and columns of its files. Each file is read when it is asked
 * for, once. What older runs did not write is empty. It needs neither parts nor data. Not for several threads.
 */
public final class RunReader {
  /** Names of the files. */
  public static final String EXPERIMENT = "experiment.json";

  public static final String METRICS = "metrics.json";
  public static final String PREDICTIONS = "predictions.csv";
  /** What baselines predict of test patients. */
  public static final String BASELINES = "baselines.csv";

  public static final String HISTORY = "history.csv";
  public static final String PROVENANCE = "provenance.json";
  public static final String COHORT = "cohort.json";

  private final Path directory;
  private final JsonNode experiment;
  private RunMetrics metrics;
  private RunPredictions predictions;
  private RunHistory history;
  private JsonNode provenance;
  private Optional<CohortSummary> cohort;

  /**
   * A head of the model.
   *
   * @param name as in metrics and columns
   * @param type of the part
   * @param target what it predicts
   * @param kind of the target
   */
  public record Head(String name, String type, String target, TargetKind kind) {}

  private RunReader(Path directory, JsonNode experiment) {
    this.directory = directory;
    this.experiment = experiment;
  }

  /**
   * Opens a run directory.
   *
   * @throws DataException with a sentence, where there is no such folder or it is none of a run
   */
  public static RunReader of(Path directory) {
    if (!Files.exists(directory)) {
      throw new DataException("there is no folder " + directory);
    }
    if (!Files.isDirectory(directory)) {
      throw new DataException(directory + " is no folder; name the directory of a run");
    }
    Path file = directory.resolve(EXPERIMENT);
    if (!Files.isRegularFile(file)) {
      throw new DataException(
          directory + " is no run directory: there is no file " + EXPERIMENT + " in it");
    }
    return new RunReader(directory, json(file));
  }

  private static JsonNode json(Path file) {
    try {
      return Json.read(file, Json.LARGEST_DOCUMENT);
    } catch (Json.Unreadable e) {
      throw new DataException(e.getMessage(), e);
    }
  }

  /** The directory. */
  public Path path() {
    return directory;
  }

  /** A file of the directory that this class does not know, such as {@code stress.json}; empty where it is not there. */
  public Optional<Path> file(String name) {
    return Optional.of(directory.resolve(name)).filter(Files::exists);
  }

  /** A file of JSON that this class does not know; missing where it is not there. */
  public JsonNode json(String name) {
    return file(name).map(RunReader::json).orElseGet(MissingNode::getInstance);
  }

  /** The experiment, every default written out. */
  public JsonNode experiment() {
    return experiment;
  }

  /** The experiment's name. */
  public String name() {
    return experiment.path("name").asText();
  }

  /** Whether encoders were pretrained: there are no heads, no folds and no predictions then. */
  public boolean pretraining() {
    return !experiment.path("pretraining").isEmpty();
  }

  /** The heads, by name. */
  public List<Head> heads() {
    List<Head> heads = new ArrayList<>();
    JsonNode targets = experiment.path("cohort").path("targets");
    experiment.path("model").path("heads").fields().forEachRemaining(entry -> {
      String target = entry.getValue().path("target").asText();
      String label = targets.path(target).path("kind").asText();
      Arrays.stream(TargetKind.values())
          .filter(kind -> kind.label().equals(label))
          .findFirst()
          .ifPresent(kind -> heads.add(
              new Head(entry.getKey(), entry.getValue().path("type").asText(), target, kind)));
    });
    heads.sort((a, b) -> a.name().compareTo(b.name()));
    return heads;
  }

  /** The modalities' settings, by name. */
  public SortedMap<String, JsonNode> modalities() {
    SortedMap<String, JsonNode> modalities = new TreeMap<>();
    experiment
        .path("modalities")
        .fields()
        .forEachRemaining(entry -> modalities.put(entry.getKey(), entry.getValue()));
    return Collections.unmodifiableSortedMap(modalities);
  }

  /**
   * What {@code metrics.json} holds.
   *
   * @throws DataException where it is not there: the run has not ended
   */
  public RunMetrics metrics() {
    if (metrics == null) {
      if (file(METRICS).isEmpty()) {
        throw new DataException(
            directory + " has no " + METRICS + ": the run has not ended, or was stopped");
      }
      metrics = RunMetrics.of(json(directory.resolve(METRICS)));
    }
    return metrics;
  }

  /** What {@code predictions.csv} holds; no rows where it is not there. */
  public RunPredictions predictions() {
    if (predictions == null) {
      predictions = RunPredictions.read(directory.resolve(PREDICTIONS));
    }
    return predictions;
  }

  /** What {@code history.csv} holds; no epochs where it is not there. */
  public RunHistory history() {
    if (history == null) {
      history = RunHistory.read(directory.resolve(HISTORY));
    }
    return history;
  }

  /** What {@code provenance.json} holds, see {@link Provenance}; missing where it is not there. */
  public JsonNode provenance() {
    if (provenance == null) {
      provenance = json(PROVENANCE);
    }
    return provenance;
  }

  /** What {@code cohort.json} holds; empty for runs that did not write it. */
  public Optional<CohortSummary> cohort() {
    if (cohort == null) {
      JsonNode json = json(COHORT);
      try {
        cohort = json.isMissingNode() ? Optional.empty() : Optional.of(CohortSummary.of(json));
      } catch (IllegalArgumentException e) {
        throw new DataException(
            directory.resolve(COHORT) + " is not what a run writes: " + reason(e), e);
      }
    }
    return cohort;
  }

  private static String reason(IllegalArgumentException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
