/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.stroma.api.ReaderGives;
import org.stroma.api.TargetKind;
import org.stroma.parts.Json;
import org.stroma.parts.PartCatalog;
import org.stroma.parts.PartKind;

/**
 * The model of an experiment that leaves its fusion and an encoder to the size of the data: a regression of each modality, trained on its
 * own loss and stacked (fusion {@code stacked}). Where the training patients of a fold have {@value #MANY} events, and no modality has
 * more features than there are events, a model of all modalities is stacked beside them, and inner folds may choose a deep one instead.
 * These are written into the file as it was read, as parts and candidates that anybody could have written; what is there stays.
 *
 * <p>With fewer events a deep model loses to a penalised regression (Van der Ploeg, Austin and Steyerberg 2014: a neural network wants
 * more than ten times the events that a regression does).
 */
final class DefaultModel {
  /** From here on there is something to be found that no regression of single modalities has. */
  static final int MANY = 150;

  private static final String ENCODER = "encoder";
  private static final String TRANSFORMS = "transforms";
  private static final String TRAINING = "training";
  private static final String TYPE = "type";

  /** All patients at once: the partial likelihood is exact, and gradients have no noise. */
  private static final int WHOLE = 1_000_000;

  private final ObjectNode root;
  private final PartCatalog catalog;

  /** What the deep candidate changes, by path. */
  private final ObjectNode deep = Json.MAPPER.createObjectNode();

  private DefaultModel(ObjectNode root, PartCatalog catalog) {
    this.root = root;
    this.catalog = catalog;
  }

  /** Fills in what an experiment leaves open; nothing where it names its fusion or all encoders. */
  static void fill(ObjectNode root, PartCatalog catalog) {
    if (open(root)) {
      new DefaultModel(root, catalog).fill();
    }
  }

  private static boolean open(ObjectNode root) {
    return !root.has("pretraining")
        && root.path("cohort").isObject()
        && !root.path("cohort").has("visit")
        && (root.path("model").isMissingNode() || root.path("model").isObject())
        && !root.path("model").has("fusion")
        && !root.path("model").has("temporal")
        && regressions(root)
        && root.path("modalities").isObject()
        && lacking(root.path("modalities"));
  }

  /** Whether there are targets, and all of them such that a regression predicts them. */
  private static boolean regressions(ObjectNode root) {
    JsonNode targets = root.at("/cohort/targets");
    for (JsonNode target : targets) {
      if (head(target) == null) {
        return false;
      }
    }
    return targets.isObject() && !targets.isEmpty();
  }

  private static boolean lacking(JsonNode modalities) {
    for (JsonNode modality : modalities) {
      if (modality.isObject() && !modality.has(ENCODER)) {
        return true;
      }
    }
    return false;
  }

  /** The linear head, the deep one and the loss of a kind of target; null for those that have none. */
  private record Kind(String linear, String deep, String loss) {}

  private static Kind head(JsonNode target) {
    String kind = target.path("kind").asText();
    if (kind.equals(TargetKind.SURVIVAL.label())) {
      return new Kind("linear-survival", "survival", "cox");
    }
    if (kind.equals(TargetKind.CLASS.label())) {
      return new Kind("linear-classification", "classification", "cross-entropy");
    }
    return kind.equals(TargetKind.NUMBER.label())
        ? new Kind("linear-regression", "regression", "mse")
        : null;
  }

  private void fill() {
    boolean linear = true;
    for (JsonNode modality : root.get("modalities")) {
      linear &= modality(modality);
    }
    Iterator<Map.Entry<String, JsonNode>> modalities = root.get("modalities").fields();
    modalities.forEachRemaining(entry -> {
      if (entry.getValue() instanceof ObjectNode modality) {
        encoder(entry.getKey(), modality);
      }
    });
    ObjectNode model = object("model");
    absent(model, "embedDim", Json.MAPPER.getNodeFactory().numberNode(32));
    model.putObject("fusion").put(TYPE, Experiment.STACKED);
    heads(model);
    if (linear) {
      training();
    }
    evaluation(linear, root.get("modalities").size() > 1 && !model.has(Experiment.JOINT));
  }

  /** Whether the modality's encoder is a linear one, given or not. */
  private static boolean modality(JsonNode modality) {
    return !modality.has(ENCODER) || modality.at("/encoder/type").asText().equals("linear");
  }

  private void encoder(String name, ObjectNode modality) {
    if (modality.has(ENCODER)) {
      return;
    }
    String gives = catalog
        .part(PartKind.READER, modality.at("/reader/type").asText())
        .map(part -> part.facts().gives())
        .orElse("");
    if (gives.isEmpty()) {
      // the reader does not say what an encoder has to take: that it is missing is told
      return;
    }
    String transforms = path("modalities", name, TRANSFORMS);
    String encoder = path("modalities", name, ENCODER);
    switch (ReaderGives.Kind.valueOf(gives)) {
      case VECTORS -> numbers(modality, deep, transforms, encoder, "log1p");
      case BAGS -> numbers(modality, deep, transforms, encoder, "bag-mean");
      case TEXTS, TOKENS -> {
        if (gives.equals(ReaderGives.Kind.TEXTS.name()) && !modality.has("tokenizer")) {
          modality.putObject("tokenizer").put(TYPE, "word");
        }
      }
    }
    ObjectNode linear = modality.putObject(ENCODER).put(TYPE, "linear");
    if (!deep.path(encoder).isMissingNode()) {
      linear.put("passThrough", true);
    }
  }

  /** As of {@code --set}: dotted, or a JSON pointer where a name holds a dot. */
  private static String path(String... keys) {
    boolean dotted = Arrays.stream(keys).noneMatch(key -> key.contains("."));
    return dotted ? String.join(".", keys) : "/" + String.join("/", keys);
  }

  /**
   * A vector a patient: of a slide the mean of its patches.
   *
   * @param first the first transform
   */
  private static void numbers(
      ObjectNode modality, ObjectNode deep, String transforms, String encoder, String first) {
    if (!modality.has(TRANSFORMS)) {
      steps(modality.putArray(TRANSFORMS), first).addObject().put(TYPE, "block-scale");
      steps(deep.putArray(transforms), first);
    }
    deep.putObject(encoder)
        .put(TYPE, "genomic-mlp")
        .put("hidden1", 32)
        .put("hidden2", 0)
        .put("dropout", 0.25);
  }

  private static ArrayNode steps(ArrayNode steps, String first) {
    ObjectNode step = steps.addObject().put(TYPE, first);
    if (first.equals("log1p")) {
      step.put("when", "counts");
    }
    steps.addObject().put(TYPE, "zscore").put("clip", 3);
    return steps;
  }

  /** A head for each target where none is named, and a loss for each head. */
  private void heads(ObjectNode model) {
    JsonNode targets = root.at("/cohort/targets");
    if (!model.has("heads")) {
      ObjectNode heads = model.putObject("heads");
      targets.fieldNames().forEachRemaining(name -> heads.putObject(name).put("target", name));
    }
    ArrayNode losses = root.has("losses") ? null : root.putArray("losses");
    new TreeMap<>(fields(model.get("heads"))).forEach((name, head) -> {
      JsonNode target = targets.path(head.path("target").asText());
      Kind kind = head(target);
      if (kind == null || !(head instanceof ObjectNode open)) {
        return;
      }
      if (!open.has(TYPE)) {
        open.put(TYPE, kind.linear());
        deep.put(path("model", "heads", name, TYPE), kind.deep());
        deep.put(path("model", "heads", name, "dropout"), 0);
        if (!kind.deep().equals("classification")) {
          deep.put(path("model", "heads", name, "norm"), false);
        }
      }
      if (losses != null) {
        losses.addObject().put(TYPE, kind.loss()).put("head", name);
      }
    });
  }

  private static Map<String, JsonNode> fields(JsonNode object) {
    Map<String, JsonNode> fields = new TreeMap<>();
    object.fields().forEachRemaining(field -> fields.put(field.getKey(), field.getValue()));
    return fields;
  }

  private void training() {
    ObjectNode training = object(TRAINING);
    given(training, "epochs", "150", "40");
    given(training, "batchSize", String.valueOf(WHOLE), "64");
    given(training, "maxGradNorm", "0", "1");
    given(
        training,
        "optimizer",
        """
        {"type": "adamw", "learningRate": 0.01, "weightDecay": 0.01, "secondMoment": "tensor"}""",
        """
        {"type": "adamw", "learningRate": 0.003, "weightDecay": 0.1}""");
    given(training, "schedule", "{\"type\": \"constant\"}", "{\"type\": \"cosine\"}");
  }

  /** A setting of the training that the regressions and the deep model have each their own of. */
  private void given(ObjectNode training, String key, String linear, String other) {
    if (!training.has(key)) {
      training.set(key, json(linear));
      deep.set(TRAINING + "." + key, json(other));
    }
  }

  private void evaluation(boolean linear, boolean several) {
    ObjectNode evaluation = object("evaluation");
    JsonNode targets = root.at("/cohort/targets");
    JsonNode heads = root.at("/model/heads");
    if (!evaluation.has("split") && heads.size() == 1) {
      String target = heads.elements().next().path("target").asText();
      String kind = targets.path(target).path("kind").asText();
      ObjectNode split = evaluation.putObject("split").put(TYPE, "k-fold");
      if (!kind.equals(TargetKind.NUMBER.label())) {
        split.put(
            "stratify", kind.equals(TargetKind.SURVIVAL.label()) ? target + ".event" : target);
      }
    }
    if (!linear || evaluation.has(SelectionSection.CANDIDATES)) {
      return;
    }
    ArrayNode candidates = evaluation.putArray(SelectionSection.CANDIDATES);
    ObjectNode first = candidates.addObject().put("name", "linear");
    first.putObject(SelectionSection.WHEN).put(Condition.OTHERWISE, true);
    first.putObject("set");
    ObjectNode second = many(candidates, several ? "linear and joint" : "linear, many events");
    if (several) {
      second.putObject("model." + Experiment.JOINT).put(TYPE, "concat");
    }
    deep.putObject("model.fusion").put(TYPE, "gated").put("gates", "sigmoid");
    many(candidates, "deep").setAll(deep);
    if (!evaluation.has(SelectionSection.SELECT)) {
      if (!evaluation.has(SelectionSection.INNER)) {
        evaluation.putObject(SelectionSection.INNER).put(TYPE, "k-fold");
      }
      ObjectNode select = evaluation.putObject(SelectionSection.SELECT);
      select.put("rule", Selection.Rule.FIRST_CANDIDATE.label());
      if (heads.size() > 1) {
        select.put("head", heads.fieldNames().next());
      }
    }
  }

  /** A candidate for folds of many events; returns its settings. */
  private static ObjectNode many(ArrayNode candidates, String name) {
    ObjectNode candidate = candidates.addObject().put("name", name);
    candidate
        .putObject(SelectionSection.WHEN)
        .put(Condition.MIN_EVENTS, MANY)
        .put(Condition.MAX_FEATURES, 1);
    return candidate.putObject("set");
  }

  private ObjectNode object(String key) {
    return root.get(key) instanceof ObjectNode there ? there : root.putObject(key);
  }

  private static void absent(ObjectNode object, String key, JsonNode value) {
    if (!object.has(key)) {
      object.set(key, value);
    }
  }

  private static JsonNode json(String text) {
    try {
      return Json.MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
