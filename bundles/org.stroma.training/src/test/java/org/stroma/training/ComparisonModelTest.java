/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.stroma.api.TargetKind;
import org.stroma.experiment.Condition;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.Selection;
import org.stroma.experiment.TestExperiments;
import org.stroma.parts.Json;
import org.stroma.parts.PartKind;
import org.stroma.parts.PartUse;

/** What is changed of an experiment for the models that it is compared with. */
class ComparisonModelTest {
  private static final Path FOLDER = Path.of("/data/study");
  private static final ComparisonModel RNA =
      new ComparisonModel(ComparisonModel.Kind.ALONE, List.of("rna"));
  private static final ComparisonModel LATE =
      new ComparisonModel(ComparisonModel.Kind.LATE, List.of("rna", "wsi"));

  private static JsonNode json(String text) {
    try {
      return Json.MAPPER.readTree(text);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Experiment experiment(String fusion, Selection selection) {
    Experiment e = TestExperiments.of(Map.of("os", TargetKind.SURVIVAL), null);
    Experiment.Modality one = e.modalities().get("m");
    return new Experiment(
        e.file(),
        e.name(),
        e.seed(),
        e.cohort(),
        new TreeMap<>(Map.of("rna", one, "wsi", one)),
        e.embedDim(),
        new PartUse("/model/fusion", PartKind.FUSION, fusion, Map.of()),
        e.joint(),
        e.temporal(),
        e.heads(),
        e.losses(),
        e.training(),
        e.split(),
        e.repeats(),
        e.metrics(),
        e.baselines(),
        e.reporting(),
        selection,
        e.sweep(),
        e.initialize(),
        e.pretraining(),
        (ObjectNode) json("{\"model\": {\"fusion\": {\"type\": \"" + fusion
            + "\", \"weights\": [\"wsi=0.1\"]}}, \"losses\": [{\"type\": \"cox\"}, {\"type\": \"clam-instance\","
            + " \"modality\": \"wsi\"}, {\"type\": \"x\", \"modality\": \"\"}]}"));
  }

  private static Map<String, JsonNode> overrides(
      ComparisonModel model, Experiment run, JsonNode initialize, Integer... withoutLosses) {
    Map<String, JsonNode> all = new LinkedHashMap<>();
    model
        .overrides(run, initialize, FOLDER, Set.of(withoutLosses))
        .forEach(one ->
            all.put(one.substring(0, one.indexOf('=')), json(one.substring(one.indexOf('=') + 1))));
    return all;
  }

  private static Map<String, JsonNode> overrides(ComparisonModel model, Experiment run) {
    return overrides(model, run, MissingNode.getInstance());
  }

  private static Experiment candidates(Selection.Rule rule, String... sets) {
    Experiment plain = experiment("mean", null);
    Selection names = TestExperiments.selection(rule);
    List<Selection.Candidate> candidates = new ArrayList<>();
    for (String set : sets) {
      Map<String, JsonNode> values = new LinkedHashMap<>();
      json(set).fields().forEachRemaining(one -> values.put(one.getKey(), one.getValue()));
      candidates.add(new Selection.Candidate(
          "c" + candidates.size(),
          "/evaluation/candidates/" + candidates.size(),
          values,
          Map.of(),
          Condition.NONE,
          plain));
    }
    return experiment(
        "mean", new Selection(names.inner(), names.head(), names.metric(), rule, 0, 1, candidates));
  }

  @Test
  void eachModalityAloneAndLateFusionUnlessTheRunHasNothingElse() {
    List<ComparisonModel> models = ComparisonModel.of(experiment("mean", null));
    assertEquals(
        List.of(
            "trained with rna alone", "trained with wsi alone", "late fusion of all, trained anew"),
        models.stream().map(ComparisonModel::words).toList());
    assertEquals(2, ComparisonModel.of(experiment("late", null)).size());
    assertEquals(
        List.of(), ComparisonModel.of(TestExperiments.of(Map.of("os", TargetKind.SURVIVAL), null)));
  }

  @Test
  void oneModalityHasNothingToFuseAndNoLossOfAnothersEncoder() {
    Map<String, JsonNode> changed = overrides(RNA, experiment("mean", null));
    assertTrue(changed.get("/modalities/wsi").isNull());
    assertFalse(changed.containsKey("/modalities/rna"));
    assertEquals(json("{\"type\": \"mean\"}"), changed.get("model.fusion"));
    assertEquals(
        json("[{\"type\": \"cox\"}, {\"type\": \"x\", \"modality\": \"\"}]"),
        changed.get("losses"));
    assertEquals(
        json("[{\"type\": \"cox\"}]"),
        overrides(RNA, experiment("mean", null), MissingNode.getInstance(), 2).get("losses"));
  }

  /** Its losses are of each modality, and so are the epochs that it chooses. */
  @Test
  void aModalityOfAStackStaysAStack() {
    assertEquals(
        json("{\"type\": \"stacked\"}"),
        overrides(RNA, experiment("stacked", null)).get("model.fusion"));
    assertEquals(
        json("{\"type\": \"mean\"}"),
        overrides(RNA, experiment("concat", null)).get("model.fusion"));
  }

  @Test
  void lateFusionKeepsAllModalitiesAndHowMuchEachCounts() {
    Map<String, JsonNode> changed = overrides(LATE, experiment("mean", null));
    assertEquals(
        json("{\"type\": \"late\", \"weights\": [\"wsi=0.1\"]}"), changed.get("model.fusion"));
    assertFalse(changed.containsKey("losses"));
    assertTrue(changed.keySet().stream().noneMatch(key -> key.startsWith("/modalities")));
  }

  @Test
  void encodersStartFromWhereThoseOfTheRunDid() {
    Experiment run = experiment("mean", null);
    Map<String, JsonNode> changed = overrides(RNA, run, json("{\"from\": \"runs/pre\"}"));
    assertEquals("/data/study/runs/pre", changed.get("initialize.from").asText());
    assertEquals(json("[\"rna\"]"), changed.get("initialize.modalities"));
    assertTrue(overrides(RNA, run, json("{\"from\": \"pre\", \"modalities\": [\"wsi\"]}"))
        .get("initialize")
        .isNull());
    assertFalse(overrides(RNA, run).containsKey("initialize"));
  }

  @Test
  void candidatesThatAreAlikeWithoutTheirFusionAreOne() {
    Experiment run = candidates(
        Selection.Rule.BEST_EPOCH,
        "{}",
        "{\"model.fusion.type\": \"concat\", \"model.fusion.weights\": null}",
        "{\"training.epochs\": 9, \"/modalities/wsi/encoder/width\": 4}",
        "{\"training.epochs\": 9}");
    assertEquals(
        json("[{\"name\": \"c0\"}, {\"name\": \"c2\", \"training.epochs\": 9}]"),
        overrides(RNA, run).get("evaluation.candidates"));
    assertEquals(
        json(
            "[{\"name\": \"c0\"}, {\"name\": \"c2\", \"training.epochs\": 9, \"/modalities/wsi/encoder/width\": 4},"
                + " {\"name\": \"c3\", \"training.epochs\": 9}]"),
        overrides(LATE, run).get("evaluation.candidates"));
  }

  @Test
  void theOnlyCandidateThatIsLeftIsTheExperiment() {
    String[] sets = {
      "{\"training.epochs\": 9}", "{\"training.epochs\": 9, \"model.fusion.type\": \"gated\"}"
    };
    Map<String, JsonNode> changed = overrides(RNA, candidates(Selection.Rule.BEST_EPOCH, sets));
    assertTrue(changed.get("evaluation.candidates").isNull());
    assertEquals(9, changed.get("training.epochs").asInt());
    assertFalse(changed.containsKey("evaluation.inner"), "epochs are chosen still");
    changed = overrides(RNA, candidates(Selection.Rule.LAST, sets));
    assertTrue(changed.get("evaluation.inner").isNull(), "nothing is left to choose");
    assertTrue(changed.get("evaluation.select").isNull());
  }

  @Test
  void ofACandidateThatReplacesASectionOnlyTheFusionChanges() {
    Map<String, JsonNode> changed = overrides(
        RNA,
        candidates(
            Selection.Rule.BEST_EPOCH,
            "{\"model\": {\"embedDim\": 4, \"fusion\": {\"type\": \"gated\"}},"
                + " \"modalities\": {\"rna\": {\"x\": 1}, \"wsi\": {\"x\": 2}}}"));
    assertEquals(json("{\"embedDim\": 4, \"fusion\": {\"type\": \"mean\"}}"), changed.get("model"));
    assertEquals(json("{\"rna\": {\"x\": 1}}"), changed.get("modalities"));
  }
}
