/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Problems;
import org.stroma.cohort.Fold;
import org.stroma.files.FileProblem;
import org.stroma.nn.Variable;
import org.stroma.parts.Json;

/**
 * What a run keeps of its models: {@code checkpoints/repeat-R-fold-F/} (from 0, as in metrics.json) with {@code
 * preparation.json}, which holds what transforms and tokenizers learned, the names of classes, the patients seen and which fold
 * of which experiment.json it is of; {@code model-M.safetensors} for each model of the ensemble; {@code model-M.json} with the
 * centre of its risks and how survival follows from them; and {@code SHA256SUMS}, by which each of these files is checked before it is used.
 */
public final class CheckpointStore {
  private static final String PREPARATION = "preparation.json";
  private static final String EXPERIMENT = "experiment.json";
  private static final String CANDIDATE = "candidate";
  private static final Pattern FOLD = Pattern.compile("repeat-(\\d{1,6})-fold-(\\d{1,6})");
  private static final Pattern MODEL = Pattern.compile("model-(\\d{1,6})\\.safetensors");

  private CheckpointStore() {}

  /** Where the models of a fold are kept. */
  public static String folder(Fold fold) {
    return "checkpoints/repeat-" + fold.repeat() + "-fold-" + fold.fold() + "/";
  }

  /** As below, for models with the experiment's own settings. */
  public static void writePreparation(
      RunDirectory run,
      String folder,
      JsonNode learned,
      Map<String, List<String>> classes,
      JsonNode targets,
      SeenPatients seen) {
    writePreparation(run, folder, learned, classes, targets, "", seen);
  }

  /**
   * Writes what a fold's models were prepared with.
   *
   * @param learned what transforms and tokenizers learned, by modality
   * @param classes of each target, in the order of the outputs
   * @param targets what was learned of the targets, by head
   * @param candidate whose settings the models have; empty for the experiment's own
   */
  public static void writePreparation(
      RunDirectory run,
      String folder,
      JsonNode learned,
      Map<String, List<String>> classes,
      JsonNode targets,
      String candidate,
      SeenPatients seen) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    tie(run, folder, json);
    if (!candidate.isEmpty()) {
      json.put(CANDIDATE, candidate);
    }
    json.set("modalities", learned);
    ObjectNode byTarget = json.putObject("classes");
    classes.forEach((name, names) -> names.forEach(byTarget.putArray(name)::add));
    json.set("targets", targets);
    seen.write(json.putObject("patients"));
    run.write(folder + PREPARATION, json);
    Checksums.add(run, folder, PREPARATION);
  }

  /** Says which experiment.json, as it is written, and which of its folds a preparation.json is of. */
  static void tie(RunDirectory run, String folder, ObjectNode json) {
    json.putObject("run")
        .put("experiment_sha256", Checksums.sum(run.path().resolve(EXPERIMENT)))
        .put("folder", Path.of(folder).getFileName().toString());
  }

  /**
   * Models may be used only with the experiment that they were trained by, and as the fold that they are.
   *
   * @param sum that of experiment.json now
   */
  private static void checkTies(
      Path experiment, String sum, List<Trained> trained, Problems problems) {
    Map<Path, String> others = new LinkedHashMap<>();
    for (Trained fold : trained) {
      JsonNode of = fold.kept().path("run");
      Path folder = fold.preparation().getParent();
      String wanted = of.path("experiment_sha256").asText("");
      String name = of.path("folder").asText("");
      if (wanted.isEmpty() || name.isEmpty()) {
        problems.add(fold.preparation() + " does not say which run its models are of; train again");
      } else if (!wanted.equals(sum)) {
        others.put(folder, wanted);
      } else if (!name.equals(folder.getFileName().toString())) {
        problems.add(folder + " is a copy of " + name + ", as its " + PREPARATION
            + " says; folders of folds have to bear the names that the run gave them");
      }
    }
    if (!others.isEmpty()
        && others.size() == trained.size()
        && Set.copyOf(others.values()).size() == 1) {
      Path first = others.keySet().iterator().next();
      problems.add(experiment + " was changed since the run: its SHA-256 is not that in "
          + first.getParent().getFileName() + "/" + first.getFileName() + "/" + PREPARATION
          + "; copy the run directory again, or train anew");
    } else {
      others
          .keySet()
          .forEach(folder -> problems.add(folder + " is of another run: the SHA-256 in its "
              + PREPARATION + " is not that of " + experiment));
    }
  }

  /**
   * Writes the weights of one model: those of its variables that are kept.
   *
   * @return the file, relative to the run directory, with /
   */
  public static String writeModel(
      RunDirectory run,
      String folder,
      int member,
      List<Variable> variables,
      Map<String, float[]> values) {
    List<Variable> kept = variables.stream()
        .filter(v -> !v.name().startsWith("optimizer/") && !v.name().startsWith("losses/"))
        .toList();
    String name = "model-" + (member + 1) + ".safetensors";
    run.write(folder + name, out -> Safetensors.write(out, kept, values));
    Checksums.add(run, folder, name);
    return folder + name;
  }

  /**
   * Keeps what has to be known of a model's predictions.
   *
   * @param centre the mean risk of the training patients, by HEAD.NAME
   * @param survival how survival follows from what it predicts, by head
   */
  public static void writeScale(
      RunDirectory run,
      String folder,
      int member,
      Map<String, Double> centre,
      ObjectNode survival) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    centre.forEach(json.putObject("centre")::put);
    json.set("survival", survival);
    String name = "model-" + (member + 1) + ".json";
    run.write(folder + name, json);
    Checksums.add(run, folder, name);
  }

  /** Where {@link #writeScale} writes what belongs to a file of weights. */
  public static Path scaleFile(Path model) {
    return Path.of(model.toString().replaceFirst("\\.safetensors$", ".json"));
  }

  /** The mean risk of a model's training patients, by HEAD.NAME. */
  public static Map<String, Double> centre(Path model) {
    Map<String, Double> centre = new TreeMap<>();
    scale(model).path("centre").fields().forEachRemaining(entry -> {
      if (!entry.getValue().isNumber()) {
        throw new DataException(scaleFile(model) + ": /centre/" + entry.getKey() + " is "
            + entry.getValue() + "; it has to be a number; the run's files are damaged");
      }
      centre.put(entry.getKey(), entry.getValue().doubleValue());
    });
    return centre;
  }

  /** How survival follows from what a model predicts, by head; nothing for a run of before that was kept. */
  public static JsonNode survival(Path model) {
    return scale(model).path("survival");
  }

  private static JsonNode scale(Path model) {
    Path file = scaleFile(model);
    return Files.isRegularFile(file) ? json(file) : MissingNode.getInstance();
  }

  /** The experiment of a run, every default written out. */
  public static JsonNode experiment(Path run) {
    return json(run.resolve(EXPERIMENT));
  }

  public static JsonNode json(Path file) {
    try {
      return Json.read(file, Json.LARGEST_DOCUMENT);
    } catch (Json.Unreadable e) {
      throw new DataException(e.getMessage(), e);
    }
  }

  /** What is kept in the folder of a file of weights that a run or an export wrote; null where it lies elsewhere. */
  public static JsonNode besides(Path weights) {
    Path preparation = weights.toAbsolutePath().resolveSibling(PREPARATION);
    return Files.isRegularFile(preparation) ? json(preparation) : null;
  }

  public static Map<String, float[]> weights(Path file) {
    try {
      return Safetensors.read(file);
    } catch (IOException e) {
      throw FileProblem.read(file, e);
    }
  }

  /**
   * The models of one fold.
   *
   * @param preparation the file
   * @param kept what it holds
   */
  public record Trained(Path preparation, JsonNode kept, List<Path> models) {
    /** The patients whom its models have seen; null where the run does not say. */
    public SeenPatients seen() {
      return SeenPatients.read(kept.path("patients"));
    }

    /** The candidate whose settings its models have; empty for the experiment's own. */
    public String candidate() {
      return kept.path(CANDIDATE).asText("");
    }

    /** The classes of each target, in the order of the outputs. */
    public Map<String, List<String>> classes() {
      Map<String, List<String>> classes = new TreeMap<>();
      kept.path("classes").fields().forEachRemaining(entry -> {
        List<String> names = new ArrayList<>();
        entry.getValue().forEach(name -> {
          if (!name.isTextual()) {
            throw new DataException(preparation + ": /classes/" + entry.getKey() + " holds " + name
                + "; names are texts; the run's files are damaged");
          }
          names.add(name.textValue());
        });
        classes.put(entry.getKey(), names);
      });
      return classes;
    }
  }

  /**
   * What a run directory keeps, fold by fold.
   *
   * @throws DataException where it is not what the run wrote, or is put together of several runs
   */
  public static List<Trained> of(Path runDirectory) {
    Path checkpoints = runDirectory.resolve("checkpoints");
    Map<Path, List<Path>> found = new LinkedHashMap<>();
    Problems problems = new Problems();
    Path experiment = runDirectory.resolve(EXPERIMENT);
    if (Files.notExists(runDirectory)) {
      throw new DataException("there is no folder " + runDirectory);
    }
    if (!Files.isRegularFile(experiment)) {
      throw new DataException(runDirectory + " is no run directory: it holds no " + EXPERIMENT);
    }
    if (Files.isDirectory(checkpoints)) {
      for (Path folder : list(checkpoints)) {
        Path preparation = folder.resolve(PREPARATION);
        List<Path> models = list(folder).stream()
            .filter(p -> p.toString().endsWith(".safetensors"))
            .toList();
        // a fold that the run did not finish has no models, and its sums do not say any
        if (!models.isEmpty() || Files.exists(folder.resolve(Checksums.FILE))) {
          problems.check(() -> Checksums.check(folder));
        }
        if (Files.isRegularFile(preparation) && !models.isEmpty()) {
          found.put(preparation, models);
        }
      }
    }
    problems.throwIfAny();
    List<Trained> trained = found.entrySet().stream()
        .map(fold -> new Trained(fold.getKey(), json(fold.getKey()), fold.getValue()))
        .toList();
    checkTies(experiment, Checksums.sum(experiment), trained, problems);
    problems.throwIfAny();
    if (trained.isEmpty()) {
      throw new DataException(checkpoints + " holds no trained model; did the run end early?");
    }
    return trained;
  }

  /** Refuses models that a run of so many repeats, folds and models a fold cannot have. */
  public static void checkCounts(List<Trained> trained, int repeats, int folds, int ensemble) {
    Problems problems = new Problems();
    for (Trained fold : trained) {
      Path folder = fold.preparation().toAbsolutePath().getParent();
      Matcher place = FOLD.matcher(folder.getFileName().toString());
      if (!place.matches()
          || Integer.parseInt(place.group(1)) >= repeats
          || Integer.parseInt(place.group(2)) >= folds) {
        problems.add(folder + " is no fold of the run, whose experiment.json says "
            + (repeats == 1 ? "" : repeats + " repeats of ") + folds + " folds, counted from 0");
      }
      for (Path model : fold.models()) {
        Matcher number = MODEL.matcher(model.getFileName().toString());
        if (!number.matches()
            || Integer.parseInt(number.group(1)) < 1
            || Integer.parseInt(number.group(1)) > ensemble) {
          problems.add(model + " is no model of the run, whose experiment.json says "
              + (ensemble == 1 ? "one model" : ensemble + " models") + " a fold, counted from 1");
        }
      }
    }
    problems.throwIfAny();
  }

  private static List<Path> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var entries = Files.list(folder)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw FileProblem.read(folder, e);
    }
  }
}
