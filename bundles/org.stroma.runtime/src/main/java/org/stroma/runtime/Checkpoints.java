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
import org.stroma.api.data.Problems;
import org.stroma.api.data.ReadContext;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.Fold;
import org.stroma.nn.Variable;
import org.tensorflow.proto.ConfigProto;

/**
 * What a run keeps of its models: {@code checkpoints/repeat-R-fold-F/} (from 0, as in metrics.json) with {@code
 * preparation.json}, which holds what transforms and tokenizers learned, the names of classes and the patients seen; {@code
 * model-M.safetensors} for each model of the ensemble; {@code model-M.json} with the centre of its risks; and {@code
 * SHA256SUMS}, by which each of these files is checked before it is used.
 */
final class Checkpoints {
  private static final String PREPARATION = "preparation.json";

  private Checkpoints() {}

  /** Where the models of a fold are kept. */
  static String folder(Fold fold) {
    return "checkpoints/repeat-" + fold.repeat() + "-fold-" + fold.fold() + "/";
  }

  static void writePreparation(
      RunDirectory run, String folder, Prepared prepared, SortedMap<String, Cohort.Target> targets,
      SortedMap<String, TargetInfo> infos, SeenPatients seen) {
    ObjectNode json = ExperimentFile.MAPPER.createObjectNode();
    json.set("modalities", prepared.learned());
    ObjectNode classes = json.putObject("classes");
    targets.forEach((name, target) -> {
      ArrayNode names = classes.putArray(name);
      target.classes().forEach(names::add);
    });
    TargetInfos.write(infos, json.putObject("targets"));
    seen.write(json.putObject("patients"));
    run.write(folder + PREPARATION, json);
    Checksums.write(run, folder);
  }

  static void writeModel(RunDirectory run, String folder, int member, ModelGraph model) {
    Map<String, float[]> values = model.read();
    List<Variable> kept = model.variables().all().stream().filter(v -> !v.name().startsWith("optimizer/") && !v.name().startsWith("losses/")).toList();
    run.write(folder + "model-" + (member + 1) + ".safetensors", out -> Weights.write(out, kept, values));
    Checksums.write(run, folder);
  }

  /** Keeps the mean risk of the training patients, by HEAD.NAME. */
  static void writeCentre(RunDirectory run, String folder, int member, Map<String, Double> centre) {
    ObjectNode json = ExperimentFile.MAPPER.createObjectNode();
    centre.forEach(json.putObject("centre")::put);
    run.write(folder + "model-" + (member + 1) + ".json", json);
    Checksums.write(run, folder);
  }

  private static Path centreFile(Path model) {
    return Path.of(model.toString().replaceFirst("\\.safetensors$", ".json"));
  }

  private static Map<String, Double> centre(Path model) {
    Path file = centreFile(model);
    Map<String, Double> centre = new TreeMap<>();
    if (Files.isRegularFile(file)) {
      json(file).path("centre").fields().forEachRemaining(entry -> centre.put(entry.getKey(), entry.getValue().doubleValue()));
    }
    return centre;
  }

  /** The experiment of a run, every default written out. */
  static JsonNode experiment(Path run) {
    return json(run.resolve("experiment.json"));
  }

  static JsonNode json(Path file) {
    try {
      return ExperimentFile.MAPPER.readTree(file.toFile());
    } catch (IOException e) {
      throw new DataException(file + " is no JSON, or it is cut off", e);
    }
  }

  /** What is kept in the folder of a file of weights that a run or an export wrote; null where it lies elsewhere. */
  static JsonNode besides(Path weights) {
    Path preparation = weights.toAbsolutePath().resolveSibling(PREPARATION);
    return Files.isRegularFile(preparation) ? json(preparation) : null;
  }

  /** Starts encoders from weights that were trained before. */
  static void initialize(Experiment.Initialize initialize, Initialization.Start start, int member, ModelGraph model) {
    Path file = start.weights().get(member % start.weights().size());
    List<Variable> encoders =
        model.variables().all().stream()
            .filter(v -> initialize.modalities().stream().anyMatch(m -> v.name().startsWith("modalities/" + m + "/")))
            .toList();
    try {
      model.assign(Weights.match(file, encoders));
    } catch (IOException e) {
      throw new DataException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The models of one fold. */
  record Trained(Path preparation, List<Path> models) {
    /** The patients whom its models have seen; null where the run does not say. */
    SeenPatients seen() {
      return SeenPatients.read(json(preparation).path("patients"));
    }

    /** The classes of each target, in the order of the outputs. */
    Map<String, List<String>> classes() {
      Map<String, List<String>> classes = new TreeMap<>();
      json(preparation).path("classes").fields().forEachRemaining(entry -> {
        List<String> names = new ArrayList<>();
        entry.getValue().forEach(name -> names.add(name.textValue()));
        classes.put(entry.getKey(), names);
      });
      return classes;
    }

    /** Writes each model as a SavedModel and as safetensors with the names that the field uses. */
    List<String> export(Experiment experiment, PartSet parts, ConfigProto config, RunDirectory out) {
      List<String> written = new ArrayList<>();
      try {
        JsonNode json = json(preparation);
        Prepared prepared = Prepared.shapes(json.path("modalities"));
        for (Path file : models) {
          String name =
              preparation.getParent().getFileName() + "-" + file.getFileName().toString().replace(".safetensors", "");
          SortedMap<String, TargetInfo> infos = TargetInfos.read(json.path("targets"), experiment);
          Map<String, float[]> weights = Weights.read(file);
          out.writeFolder(
              name,
              folder -> ModelGraph.export(experiment, parts, prepared, infos, config, weights, folder.resolve("saved_model")));
          try (ModelGraph model = new ModelGraph(experiment, parts, prepared, infos, 1, experiment.seed(), config)) {
            List<Variable> kept = model.variables().all().stream().filter(v -> weights.containsKey(v.name())).toList();
            out.write(name + "/model.safetensors", o -> Weights.writeStandard(o, kept, weights));
          }
          out.write(name + "/preparation.json", json);
          Path centre = centreFile(file);
          if (Files.isRegularFile(centre)) {
            out.write(name + "/model.json", json(centre));
          }
          written.add(name);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return written;
    }

    private Prepared prepared(JsonNode json, Experiment experiment, PartSet parts, Cohort data, ReadContext files) {
      if (!(json.path("modalities") instanceof ObjectNode learned)) {
        throw new DataException(preparation + " does not hold what the run's transforms learned");
      }
      return Prepared.apply(experiment, parts, data, learned, files);
    }

    /** Adds what each model predicts for some patients. */
    void predict(
        Experiment experiment, PartSet parts, Cohort data, List<String> patients, ReadContext files, ConfigProto config,
        Predictions predictions, Trainer.DetailListener listener) {
      try {
        JsonNode json = json(preparation);
        Prepared prepared = prepared(json, experiment, parts, data, files);
        SortedMap<String, Cohort.Target> targets = new TreeMap<>();
        Map<String, List<String>> classes = classes();
        experiment.cohort().targets().forEach((name, target) ->
            targets.put(
                name,
                new Cohort.Target(
                    target.kind(), Collections.emptyMap(), classes.getOrDefault(name, List.of()), target.modality())));
        EncoderMemory memory = new EncoderMemory(experiment, parts);
        memory.check(prepared, data.visits(), patients);
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
            predictions.add(
                new Trainer(experiment, prepared, data.visits(), targets, memory).predict(model, patients, listener), centre(file));
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
    Problems problems = new Problems();
    if (Files.isDirectory(checkpoints)) {
      for (Path folder : list(checkpoints)) {
        Path preparation = folder.resolve(PREPARATION);
        List<Path> models = list(folder).stream().filter(p -> p.toString().endsWith(".safetensors")).toList();
        if (Files.isRegularFile(preparation) && !models.isEmpty()) {
          problems.check(() -> Checksums.check(folder));
          trained.add(new Trained(preparation, models));
        }
      }
    }
    problems.throwIfAny();
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
