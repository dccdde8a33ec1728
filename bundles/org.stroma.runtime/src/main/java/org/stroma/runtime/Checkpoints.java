/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.stroma.api.TargetInfo;
import org.stroma.api.data.DataException;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.Fold;
import org.stroma.nn.Variable;
import org.tensorflow.proto.ConfigProto;

/**
 * What a run keeps of its models: {@code checkpoints/repeat-R-fold-F/} with {@code preparation.json}, which holds what
 * transforms and tokenizers learned and the names of classes, and {@code model-M.safetensors} for each model of the
 * ensemble.
 */
final class Checkpoints {
  private static final String PREPARATION = "preparation.json";

  private Checkpoints() {}

  private static String folder(Fold fold) {
    return "checkpoints/repeat-" + (fold.repeat() + 1) + "-fold-" + (fold.fold() + 1) + "/";
  }

  static void writePreparation(
      RunDirectory run, Fold fold, Prepared prepared, SortedMap<String, Cohort.Target> targets,
      SortedMap<String, TargetInfo> infos) {
    ObjectNode json = ExperimentFile.MAPPER.createObjectNode();
    json.set("modalities", prepared.learned());
    ObjectNode classes = json.putObject("classes");
    targets.forEach((name, target) -> {
      ArrayNode names = classes.putArray(name);
      target.classes().forEach(names::add);
    });
    TargetInfos.write(infos, json.putObject("targets"));
    run.write(folder(fold) + PREPARATION, json);
  }

  static void writeModel(RunDirectory run, Fold fold, int member, ModelGraph model) {
    Map<String, float[]> values = model.read();
    List<Variable> kept = model.variables().all().stream().filter(v -> !v.name().startsWith("optimizer/") && !v.name().startsWith("losses/")).toList();
    run.write(folder(fold) + "model-" + (member + 1) + ".safetensors", out -> Weights.write(out, kept, values));
  }

  /** The models of one fold. */
  record Trained(Path preparation, List<Path> models) {

    /** Adds what each model predicts for all patients. */
    void predict(Experiment experiment, PartSet parts, Cohort data, ConfigProto config, Predictions predictions) {
      try {
        JsonNode json = ExperimentFile.MAPPER.readTree(preparation.toFile());
        if (!(json.path("modalities") instanceof ObjectNode learned)) {
          throw new DataException(preparation + " does not hold what the run's transforms learned");
        }
        Prepared prepared = Prepared.apply(experiment, parts, data, learned);
        SortedMap<String, Cohort.Target> targets = new TreeMap<>();
        experiment.cohort().targets().forEach((name, target) -> {
          List<String> classes = new ArrayList<>();
          json.path("classes").path(name).forEach(c -> classes.add(c.textValue()));
          targets.put(name, new Cohort.Target(target.kind(), Collections.emptyMap(), classes, target.modality()));
        });
        try (ModelGraph model =
            new ModelGraph(
                experiment, parts, prepared, TargetInfos.read(json.path("targets"), experiment), 1, experiment.seed(),
                config)) {
          for (Path file : models) {
            try {
              model.assign(Weights.read(file));
            } catch (IllegalArgumentException e) {
              throw new DataException(file + " does not fit the run's experiment.json: " + e.getMessage(), e);
            }
            predictions.add(new Trainer(experiment, prepared, data.visits(), targets).predict(model, data.patients()));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** What a run directory keeps, fold by fold. */
  static List<Trained> of(Path runDirectory) {
    Path checkpoints = runDirectory.resolve("checkpoints");
    List<Trained> trained = new ArrayList<>();
    if (Files.isDirectory(checkpoints)) {
      for (Path folder : list(checkpoints)) {
        Path preparation = folder.resolve(PREPARATION);
        List<Path> models = list(folder).stream().filter(p -> p.toString().endsWith(".safetensors")).toList();
        if (Files.isRegularFile(preparation) && !models.isEmpty()) {
          trained.add(new Trained(preparation, models));
        }
      }
    }
    if (trained.isEmpty()) {
      throw new DataException(checkpoints + " holds no trained model; did the run end early?");
    }
    return trained;
  }

  private static List<Path> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var entries = Files.list(folder)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
