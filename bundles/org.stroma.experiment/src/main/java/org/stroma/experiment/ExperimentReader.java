/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.stroma.cohort.CohortSettings;
import org.stroma.files.FileNames;
import org.stroma.parts.Faults;
import org.stroma.parts.FaultsException;
import org.stroma.parts.Json;
import org.stroma.parts.JsonSection;
import org.stroma.parts.PartCatalog;
import org.stroma.parts.PartKind;
import org.stroma.parts.PartSettings;
import org.stroma.parts.PartUse;

/**
 * Reads and checks an experiment file against the parts that are installed now. All faults are collected before
 * anything is refused.
 */
public final class ExperimentReader {
  /** What a loss judges: what its head says of all modalities together, or of each alone. */
  static final List<String> LOSS_ON = List.of("head", "modalities");

  private final Path file;
  private final Faults faults;
  private final PartSettings parts;
  private boolean unreadable;

  private ExperimentReader(Path file, PartCatalog catalog, Faults faults) {
    this.file = file;
    this.faults = faults;
    this.parts = new PartSettings(catalog, faults);
  }

  /**
   * Reads an experiment.
   *
   * @param overrides {@code path=value} as of {@code --set}; a path is dotted or a JSON pointer
   * @throws FaultsException with every fault
   */
  public static Experiment read(Path file, List<String> overrides, PartCatalog catalog) {
    ExperimentReader reader = new ExperimentReader(file, catalog, new Faults());
    ObjectNode root = reader.parse();
    if (root != null) {
      overrides.forEach(o -> Overrides.apply(root, o, reader.faults));
    }
    if (root != null) {
      reader.editor(root);
      reader.characters("", root);
    }
    if (root == null || !reader.faults.isEmpty() && reader.unreadable) {
      reader.faults.throwIfAny();
    }
    DefaultModel.fill(root, catalog);
    SelectionSection.inherit(root, catalog);
    ObjectNode asItIs = root.deepCopy();
    Experiment experiment = reader.experiment(root);
    // a fault of the experiment would be one of each candidate's
    reader.faults.throwIfAny();
    Selection selection = experiment.selection();
    if (selection == null || selection.candidates().isEmpty()) {
      return experiment;
    }
    List<Selection.Candidate> candidates = new CandidateReader(
            asItIs, experiment, reader.faults, (with, faults) -> new ExperimentReader(
                    file, catalog, faults)
                .experiment(with))
        .read(selection.candidates());
    reader.faults.throwIfAny();
    return experiment.with(selection.with(candidates));
  }

  private ObjectNode parse() {
    try {
      JsonNode node = Json.read(file, Json.LARGEST_EXPERIMENT);
      if (node instanceof ObjectNode object) {
        return object;
      }
      faults.add("", file + " has to hold one JSON object");
    } catch (Json.Unreadable e) {
      faults.add("", e.getMessage());
    }
    return null;
  }

  /** Editors are told by a key of the file which schema checks it. */
  private void editor(ObjectNode root) {
    JsonNode schema = root.remove("$schema");
    if (schema != null && !schema.isTextual()) {
      faults.add(
          "/$schema", "is " + schema + "; it has to be a text, the schema's place for editors");
    }
  }

  /** No path, column or name can hold these, and the system's own words for it say nothing of the place. */
  private void characters(String pointer, JsonNode node) {
    if (node.isTextual()) {
      String objection = FileNames.characters(node.textValue());
      if (objection != null) {
        faults.add(pointer, "is " + node + "; " + objection);
        unreadable = true;
      }
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        characters(pointer + "/" + i, node.get(i));
      }
    } else {
      node.fields()
          .forEachRemaining(entry -> characters(
              pointer + "/" + entry.getKey().replace("~", "~0").replace("/", "~1"),
              entry.getValue()));
    }
  }

  private Experiment experiment(ObjectNode root) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    JsonSection top = JsonSection.top(faults, root, out);
    String name = top.text("name", FileNames.fallback(file));
    String objection = name == null ? null : FileNames.objection(name);
    if (objection != null) {
      faults.add("/name", "is \"" + name + "\", and the run directory bears it; " + objection);
    }
    long seed = top.integer("seed", 42, 0, Integer.MAX_VALUE);
    boolean pretraining = root.has("pretraining");
    CohortSettings cohort =
        new CohortSection(faults).read(top.section("cohort", true), pretraining);
    SortedMap<String, Experiment.Modality> modalities = new TreeMap<>();
    top.section("modalities", true)
        .sections("a modality")
        .forEach((key, s) -> modalities.put(key, modality(s)));
    JsonSection model = top.section("model", true);
    int embedDim = model.integer("embedDim", 256, 2, 8192);
    if (embedDim % 2 != 0) {
      faults.add("/model/embedDim", "is " + embedDim + "; it has to be even");
    }
    if (pretraining) {
      model.close();
      return pretraining(top, name, seed, cohort, modalities, embedDim, out);
    }
    PartUse fusion =
        parts.part(model, "fusion", PartKind.FUSION, "cross-modal-attention", List.of());
    PartUse joint = joint(model, fusion, modalities);
    boolean visits = cohort.visit() != null;
    if (visits && !model.has("temporal")) {
      faults.add(
          "/model/temporal",
          "is missing; a cohort with visits needs a temporal module, such as {\"type\": \"pool\"}");
    } else if (!visits && model.has("temporal")) {
      faults.add("/model/temporal", "has nothing to reason over: /cohort/visit is missing");
    }
    PartUse temporal = model.has("temporal")
        ? parts.part(model, "temporal", PartKind.TEMPORAL, null, List.of())
        : null;
    targets(cohort, modalities);
    SortedMap<String, Experiment.HeadUse> heads = new TreeMap<>();
    model
        .section("heads", true)
        .sections("a head")
        .forEach((key, s) -> heads.put(key, head(s, cohort)));
    model.close();
    List<Experiment.LossUse> losses = new ArrayList<>();
    for (JsonSection s : top.list("losses", true)) {
      losses.add(loss(s, heads, Experiment.STACKED.equals(fusion == null ? "" : fusion.type())));
    }
    Experiment.Training training = training(top.section("training", false));
    EvaluationSection evaluation = EvaluationSection.read(
        top.section("evaluation", false), parts, cohort, heads, training.ensemble(), faults);
    Sweep sweep = root.has("sweep")
        ? new SweepSection(faults)
            .read(top.section("sweep", true), seed, evaluation.selection(), cohort, heads)
        : null;
    Experiment.Initialize initialize =
        root.has("initialize") ? initialize(top.section("initialize", true), modalities) : null;
    top.close();
    return new Experiment(
        file,
        name,
        seed,
        cohort,
        modalities,
        embedDim,
        fusion,
        joint,
        temporal,
        heads,
        losses,
        training,
        evaluation.split(),
        evaluation.repeats(),
        evaluation.metrics(),
        evaluation.baselines(),
        evaluation.reporting(),
        evaluation.selection(),
        sweep,
        initialize,
        new TreeMap<>(),
        out);
  }

  /** A model of all modalities beside those of single ones, in a stack. */
  private PartUse joint(
      JsonSection model, PartUse fusion, SortedMap<String, Experiment.Modality> modalities) {
    if (!model.has(Experiment.JOINT)) {
      return null;
    }
    PartUse joint = parts.part(model, Experiment.JOINT, PartKind.FUSION, "mean", List.of());
    String pointer = model.pointer() + "/" + Experiment.JOINT;
    if (fusion != null && !fusion.type().equals(Experiment.STACKED)) {
      faults.add(
          pointer,
          "is for a stack; with the fusion " + fusion.type() + " all modalities are one model");
    } else if (joint != null
        && (joint.type().equals(Experiment.STACKED) || joint.type().equals("late"))) {
      faults.add(
          pointer + "/type",
          "is " + joint.type()
              + ", which leaves modalities apart; the joint model takes one that joins them, such as mean");
    }
    if (modalities.containsKey(Experiment.JOINT)) {
      faults.add(
          pointer,
          "is a branch beside the modalities, and one of them is called " + Experiment.JOINT);
    }
    return joint;
  }

  /** An experiment without labels: encoders learn from pretext tasks. */
  private Experiment pretraining(
      JsonSection top,
      String name,
      long seed,
      CohortSettings cohort,
      SortedMap<String, Experiment.Modality> modalities,
      int embedDim,
      ObjectNode out) {
    SortedMap<String, PartUse> tasks = new TreeMap<>();
    top.section("pretraining", true)
        .sections("the pretext task of a modality")
        .forEach((modality, s) -> {
          if (!modalities.containsKey(modality)) {
            faults.add(
                s.pointer(), "is for no modality; the modalities are " + modalities.keySet());
          }
          tasks.put(modality, parts.self(s, PartKind.PRETEXT, List.of()));
        });
    Experiment.Training training = training(top.section("training", false));
    if (training.ensemble() > 1) {
      faults.add(
          "/training/ensemble", "is " + training.ensemble() + "; a pretraining makes one model");
    }
    Experiment.Initialize initialize =
        top.has("initialize") ? initialize(top.section("initialize", true), modalities) : null;
    top.close();
    return new Experiment(
        file,
        name,
        seed,
        cohort,
        modalities,
        embedDim,
        null,
        null,
        null,
        new TreeMap<>(),
        List.of(),
        training,
        null,
        1,
        List.of(),
        List.of(),
        Experiment.Reporting.USUAL,
        null,
        null,
        initialize,
        tasks,
        out);
  }

  /** Labels of patches belong to a modality. */
  private void targets(CohortSettings cohort, SortedMap<String, Experiment.Modality> modalities) {
    cohort.targets().forEach((name, target) -> {
      if (target.modality() != null && !modalities.containsKey(target.modality())) {
        faults.add(
            "/cohort/targets/" + name + "/modality",
            "is \"" + target.modality() + "\"; the modalities are " + modalities.keySet());
      }
    });
  }

  private Experiment.Modality modality(JsonSection s) {
    String per = s.text("per", "visit");
    if (per != null && !per.equals("visit") && !per.equals("patient")) {
      faults.add(s.pointer() + "/per", "is \"" + per + "\"; it has to be visit or patient");
    }
    PartUse reader = parts.part(s, "reader", PartKind.READER, null, List.of());
    List<PartUse> transforms = new ArrayList<>();
    for (JsonSection t : s.list("transforms", false)) {
      transforms.add(parts.self(t, PartKind.TRANSFORM, List.of()));
    }
    PartUse tokenizer =
        s.has("tokenizer") ? parts.part(s, "tokenizer", PartKind.TOKENIZER, null, List.of()) : null;
    PartUse encoder = parts.part(s, "encoder", PartKind.ENCODER, null, List.of());
    s.close();
    return new Experiment.Modality("patient".equals(per), reader, transforms, tokenizer, encoder);
  }

  private Experiment.HeadUse head(JsonSection s, CohortSettings cohort) {
    String target = s.text("target", null);
    if (target != null && !cohort.targets().containsKey(target)) {
      faults.add(
          s.pointer() + "/target",
          "is \"" + target + "\"; the cohort's targets are " + cohort.targets().keySet());
    }
    return new Experiment.HeadUse(parts.self(s, PartKind.HEAD, List.of("target")), target);
  }

  private Experiment.LossUse loss(
      JsonSection s, Map<String, Experiment.HeadUse> heads, boolean stacked) {
    String head = s.text("head", null);
    if (head != null && !heads.containsKey(head)) {
      faults.add(
          s.pointer() + "/head", "is \"" + head + "\"; the model's heads are " + heads.keySet());
    }
    double weight = s.number("weight", 1, 0, 1e6);
    // not written out where it is not given: it follows the fusion, which candidates may change
    String on =
        s.has("on") ? s.option("on", LOSS_ON.get(0), LOSS_ON) : LOSS_ON.get(stacked ? 1 : 0);
    return new Experiment.LossUse(
        parts.self(s, PartKind.LOSS, List.of("head", "weight", "on")),
        head,
        weight,
        LOSS_ON.get(1).equals(on));
  }

  private Experiment.Training training(JsonSection s) {
    Experiment.Training training = new Experiment.Training(
        s.integer("epochs", 40, 1, 100_000),
        s.integer("batchSize", 16, 1, 1_000_000),
        s.number("maxGradNorm", 1, 0, 1e9),
        s.number("modalityDropout", 0, 0, 0.99),
        s.integer("patchBudget", 0, 0, Integer.MAX_VALUE),
        s.integer("ensemble", 1, 1, 100),
        s.number("checkpointMinutes", 10, 0, 1e6),
        "uncertainty".equals(s.option("lossWeights", "fixed", List.of("fixed", "uncertainty"))),
        Precision.of(s.option("precision", Precision.FLOAT32.label(), Precision.labels())),
        parts.part(s, "optimizer", PartKind.OPTIMIZER, "adamw", List.of()),
        parts.part(s, "schedule", PartKind.SCHEDULE, "cosine", List.of()));
    s.close();
    return training;
  }

  private Experiment.Initialize initialize(
      JsonSection s, SortedMap<String, Experiment.Modality> modalities) {
    String from = s.text("from", null);
    Path path = null;
    try {
      path = from == null ? null : file.getParent().resolve(from).normalize();
    } catch (InvalidPathException e) {
      faults.add(
          s.pointer() + "/from",
          "is \"" + from + "\", which can be no path here: " + e.getReason());
    }
    if (path != null && !Files.exists(path)) {
      faults.add(
          s.pointer() + "/from",
          "is \"" + from + "\", and there is no " + path
              + "; it has to be a run directory or a .safetensors file");
    }
    List<String> which =
        s.has("modalities") ? s.texts("modalities", 1) : List.copyOf(modalities.keySet());
    for (String name : which) {
      if (!modalities.containsKey(name)) {
        faults.add(
            s.pointer() + "/modalities",
            "names \"" + name + "\"; the modalities are " + modalities.keySet());
      }
    }
    boolean freeze = s.bool("freeze", false);
    s.close();
    return new Experiment.Initialize(path, which, freeze);
  }
}
