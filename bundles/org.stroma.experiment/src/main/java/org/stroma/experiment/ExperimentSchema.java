/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.experiment;

import static org.stroma.experiment.SchemaWords.bound;
import static org.stroma.experiment.SchemaWords.child;
import static org.stroma.experiment.SchemaWords.integer;
import static org.stroma.experiment.SchemaWords.named;
import static org.stroma.experiment.SchemaWords.number;
import static org.stroma.experiment.SchemaWords.object;
import static org.stroma.experiment.SchemaWords.options;
import static org.stroma.experiment.SchemaWords.ref;
import static org.stroma.experiment.SchemaWords.required;
import static org.stroma.experiment.SchemaWords.text;
import static org.stroma.experiment.SchemaWords.texts;
import static org.stroma.experiment.SchemaWords.truth;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.stroma.cohort.CohortSettings;
import org.stroma.parts.Json;
import org.stroma.parts.PartCatalog;
import org.stroma.parts.PartDescriptor;
import org.stroma.parts.PartKind;
import org.stroma.parts.Setting;

/**
 * The JSON Schema (draft 2020-12) of an experiment, made from the parts that are installed now: for editors that complete and
 * check. {@link ExperimentReader} remains the judge, since a schema cannot say what refers to what.
 */
public final class ExperimentSchema {
  private final PartCatalog catalog;
  private final ObjectNode root = Json.MAPPER.createObjectNode();
  private final ObjectNode defs;

  private ExperimentSchema(PartCatalog catalog) {
    this.catalog = catalog;
    root.put("$schema", "https://json-schema.org/draft/2020-12/schema")
        .put("title", "Stroma experiment");
    defs = root.putObject("$defs");
  }

  public static ObjectNode of(PartCatalog catalog) {
    return new ExperimentSchema(catalog).schema();
  }

  private ObjectNode schema() {
    for (PartKind kind : PartKind.values()) {
      if (kind != PartKind.EXTRACTOR && kind != PartKind.STAIN) {
        kind(kind);
      }
    }
    ObjectNode experiment = object(root);
    text(experiment, "$schema", "where editors find this schema");
    text(experiment, "name", "for the run directory; the file's name if not given")
        .put("minLength", 1)
        .put("pattern", "^(?!\\.{1,2}$)[^/\\\\\\u0000-\\u001f\\u007f]+$");
    integer(experiment, "seed", 42, 0, Integer.MAX_VALUE, "of every random number");
    cohort(child(experiment, "cohort"));
    modality(named(child(experiment, "modalities"), "by name"));
    model(child(experiment, "model"));
    ObjectNode losses = child(experiment, "losses").put("type", "array").put("minItems", 1);
    losses.putObject("items").put("$ref", "#/$defs/loss");
    training(child(experiment, "training"));
    EvaluationSchema.evaluation(child(experiment, "evaluation"));
    EvaluationSchema.sweep(child(experiment, "sweep"));
    ref(
        named(
            child(experiment, "pretraining"),
            "the pretext task of each modality that is pretrained; instead of heads and losses"),
        PartKind.PRETEXT);
    ObjectNode initialize = object(child(experiment, "initialize"));
    text(initialize, "from", "a run directory or a .safetensors file");
    texts(initialize, "modalities", 1, "whose encoders start from there; all if not given");
    truth(initialize, "freeze", false, "whether they stay as they are");
    required(initialize, "from");
    required(experiment, "cohort", "modalities");
    // a pretraining has no heads and no losses; all else has both, by itself where the model is
    // left
    // to the size of the data
    ObjectNode supervised = root.putObject("if");
    supervised.putObject("not").putArray("required").add("pretraining");
    ObjectNode then = root.putObject("then");
    ObjectNode sections = then.putObject("properties");
    wholeModel(then.putArray("allOf").addObject());
    // a head needs a target; which, a schema cannot compare
    sections.putObject("cohort").putArray("required").add("targets");
    ObjectNode otherwise = root.putObject("else").putObject("properties");
    otherwise.put("losses", false).put("evaluation", false).put("sweep", false);
    otherwise
        .putObject("model")
        .putObject("properties")
        .put("heads", false)
        .put("fusion", false)
        .put(Experiment.JOINT, false)
        .put("temporal", false);
    return root;
  }

  /** An experiment that names its fusion leaves nothing of the model to the size of the data. */
  private static void wholeModel(ObjectNode rule) {
    ObjectNode condition = rule.putObject("if");
    required(condition, "model");
    condition.putObject("properties").putObject("model").putArray("required").add("fusion");
    ObjectNode then = rule.putObject("then");
    required(then, "losses");
    ObjectNode sections = then.putObject("properties");
    sections.putObject("model").putArray("required").add("heads");
    sections
        .putObject("modalities")
        .putObject("additionalProperties")
        .putArray("required")
        .add("encoder");
  }

  private void cohort(ObjectNode cohort) {
    object(cohort);
    text(cohort, "table", "a CSV or TSV file with a row a patient, or a visit");
    text(cohort, "id", "the column of patients").put("default", "patient_id");
    ObjectNode visit = object(child(cohort, "visit"));
    text(visit, "id", "the column of visits").put("default", "visit_id");
    text(visit, "days", "the column of days since any origin");
    text(visit, "date", "the column of dates");
    ArrayNode either = visit.putArray("oneOf");
    either.addObject().putArray("required").add("days");
    either.addObject().putArray("required").add("date");
    allow(cohort);
    ObjectNode target = object(named(child(cohort, "targets"), "what is predicted, by name"));
    options(
        target,
        "kind",
        List.of("survival", "class", "number", "count", "labels", "patches"),
        "what it is");
    text(target, "time", "survival: the column of times");
    text(target, "event", "survival: the column with 1 for seen, 0 for censored");
    child(target, "cause")
        .put("type", "integer")
        .put("minimum", 1)
        .put("maximum", 999_999)
        .put(
            "description",
            "survival: the code of the event in a column with a code for each kind of event; the others compete with it");
    text(target, "column", "class, number, count: the column");
    text(target, "modality", "patches: the modality that holds the labels");
    texts(target, "classes", 2, "patches: the names of the labels 0, 1, ...");
    texts(target, "columns", 1, "labels: a column a label, with 1 for there, 0 for not");
    texts(target, "positive", 1, "labels: what means 1 in columns with two other values");
    required(target, "kind");
    ArrayNode kinds = target.putArray("allOf");
    kind(kinds, "survival", List.of("time", "event"), "cause");
    for (String kind : List.of("class", "number", "count")) {
      kind(kinds, kind, List.of("column"));
    }
    kind(kinds, "labels", List.of("columns"), "positive");
    kind(kinds, "patches", List.of("modality", "classes"));
    required(cohort, "table");
  }

  /** Names, or names with a reason each. */
  private static void allow(ObjectNode cohort) {
    ObjectNode allow = child(cohort, "allow");
    allow.put(
        "description",
        "what is not refused though a result may say nothing about new patients; better as an object with the reason for each");
    ArrayNode forms = allow.putArray("oneOf");
    ObjectNode names = forms.addObject().put("type", "array").put("uniqueItems", true);
    CohortSettings.ALLOWABLE.forEach(
        names.putObject("items").put("type", "string").putArray("enum")::add);
    ObjectNode reasons = forms.addObject().put("type", "object").put("additionalProperties", false);
    ObjectNode each = reasons.putObject("properties");
    CohortSettings.ALLOWABLE.forEach(
        name -> each.putObject(name).put("type", "string").put("minLength", 1));
  }

  /** What a kind of target has to say and may say; all else says nothing of it. */
  private static void kind(ArrayNode kinds, String kind, List<String> wanted, String... optional) {
    ObjectNode rule = kinds.addObject();
    ObjectNode condition = rule.putObject("if");
    condition.putObject("properties").putObject("kind").put("const", kind);
    required(condition, "kind");
    ObjectNode then = rule.putObject("then");
    required(then, wanted.toArray(String[]::new));
    ObjectNode properties = then.putObject("properties");
    List.of("time", "event", "cause", "column", "modality", "classes", "columns", "positive")
        .stream()
        .filter(key -> !wanted.contains(key) && !List.of(optional).contains(key))
        .forEach(key -> properties.put(key, false));
  }

  private void modality(ObjectNode modality) {
    object(modality);
    options(modality, "per", List.of("visit", "patient"), "what a row or file belongs to")
        .put("default", "visit");
    ref(child(modality, "reader"), PartKind.READER);
    ref(child(modality, "transforms").put("type", "array").putObject("items"), PartKind.TRANSFORM);
    ref(child(modality, "tokenizer"), PartKind.TOKENIZER);
    ref(child(modality, "encoder"), PartKind.ENCODER);
    required(modality, "reader");
  }

  private void model(ObjectNode model) {
    object(model);
    integer(model, "embedDim", 256, 2, 8192, "the width of every modality's vector")
        .put("multipleOf", 2);
    ref(child(model, "fusion"), PartKind.FUSION);
    ref(child(model, Experiment.JOINT), PartKind.FUSION);
    ref(child(model, "temporal"), PartKind.TEMPORAL);
    ref(named(child(model, "heads"), "by name"), PartKind.HEAD);
  }

  private void training(ObjectNode training) {
    object(training);
    integer(training, "epochs", 40, 1, 100_000, "passes over the training patients");
    integer(training, "batchSize", 16, 1, 1_000_000, "patients a step");
    number(training, "maxGradNorm", 1, 0, 1e9, "global norm to clip at; 0 for not at all");
    number(
        training,
        "modalityDropout",
        0,
        0,
        0.99,
        "probability with which a modality is hidden in training");
    integer(
        training,
        "patchBudget",
        0,
        0,
        Integer.MAX_VALUE,
        "patches of a bag that a training step sees; 0 for all");
    integer(training, "ensemble", 1, 1, 100, "models a fold, averaged");
    number(
        training,
        "checkpointMinutes",
        10,
        0,
        1e6,
        "minutes after which a run keeps where a training stands, to go on from there; 0 for only where it is stopped");
    options(
            training,
            "lossWeights",
            List.of("fixed", "uncertainty"),
            "weights as written, or learned")
        .put("default", "fixed");
    options(
            training,
            "precision",
            Precision.labels(),
            "what products are computed in: float32 is IEEE on every device; tensorfloat32 is faster and coarser on NVIDIA GPUs, and float32 elsewhere; bfloat16 rounds factors and results of matrix products to 7 bits of mantissa, for GPUs' memory and speed")
        .put("default", Precision.FLOAT32.label());
    ref(child(training, "optimizer"), PartKind.OPTIMIZER);
    ref(child(training, "schedule"), PartKind.SCHEDULE);
  }

  // ---------------------------------------------------------------- parts

  /** The kind, with a definition for each of its parts. */
  private void kind(PartKind kind) {
    String fallback = fallback(kind);
    ObjectNode node = defs.putObject(kind.label()).put("type", "object");
    ArrayNode types = node.putObject("properties").putObject("type").putArray("enum");
    if (fallback == null && kind != PartKind.HEAD) {
      required(node, "type");
    }
    if (kind == PartKind.HEAD) {
      required(node, "target");
    } else if (kind == PartKind.LOSS) {
      required(node, "head");
    }
    ArrayNode all = node.putArray("allOf");
    for (PartDescriptor part : catalog.parts()) {
      if (part.kind() != kind) {
        continue;
      }
      types.add(part.type());
      ObjectNode rule = all.addObject();
      ObjectNode condition = rule.putObject("if");
      condition.putObject("properties").putObject("type").put("const", part.type());
      if (!part.type().equals(fallback)) {
        required(condition, "type");
      }
      rule.putObject("then").put("$ref", "#/$defs/" + kind.label() + "." + part.type());
      part(part);
    }
  }

  private static String fallback(PartKind kind) {
    return switch (kind) {
      case FUSION -> "cross-modal-attention";
      case OPTIMIZER -> "adamw";
      case SCHEDULE -> "cosine";
      case SPLIT -> "k-fold";
      default -> null;
    };
  }

  private void part(PartDescriptor part) {
    ObjectNode node = object(defs.putObject(part.kind().label() + "." + part.type()));
    node.put("title", part.title()).put("description", part.description());
    child(node, "type").put("const", part.type());
    if (part.kind() == PartKind.HEAD) {
      text(node, "target", "the target that it predicts");
    } else if (part.kind() == PartKind.LOSS) {
      text(node, "head", "the head that it is for");
      number(node, "weight", 1, 0, 1e6, "in the sum of losses");
      options(
              node,
              "on",
              ExperimentReader.LOSS_ON,
              "what it judges: what the head says of all modalities together, or of each alone over the patients who have it;"
                  + " modalities if the fusion is stacked, else head")
          .remove("default");
    }
    for (Setting setting : part.settings()) {
      ObjectNode value = child(node, setting.name()).put("description", setting.description());
      if (setting.preset() != null) {
        value.set("default", Json.MAPPER.valueToTree(setting.preset()));
      }
      if (setting.required()) {
        required(node, setting.name());
      }
      ObjectNode one = setting.many() ? value.put("type", "array").putObject("items") : value;
      one.put(
          "type",
          switch (setting.type()) {
            case STRING -> "string";
            case INTEGER, LONG -> "integer";
            case DOUBLE -> "number";
            case BOOLEAN -> "boolean";
          });
      if (setting.min() != null) {
        bound(one, "minimum", setting.min());
      }
      if (setting.max() != null) {
        bound(one, "maximum", setting.max());
      }
      if (!setting.options().isEmpty()) {
        setting.options().forEach(one.putArray("enum")::add);
      }
    }
  }
}
