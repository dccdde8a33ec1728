/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.stroma.parts.Json;
import org.stroma.parts.PartCatalog;
import org.stroma.parts.PartDescriptor;
import org.stroma.parts.PartKind;

/** What an experiment that leaves its model open is filled in with. */
class DefaultModelTest {
  private static final String SHORT =
      """
      {"cohort": {"table": "c.csv", "targets": {"os": {"kind": "survival", "time": "t", "event": "e"}}},
       "modalities": {"genes": {"reader": {"type": "vectors"}}, "slides": {"reader": {"type": "bags"}},
                      "notes": {"reader": {"type": "texts"}}}}
      """;

  /** Readers that say what they give, and one that does not. */
  private static final PartCatalog CATALOG = new PartCatalog() {
    private final Map<String, String> gives =
        Map.of("vectors", "VECTORS", "bags", "BAGS", "texts", "TEXTS", "silent", "");

    @Override
    public List<PartDescriptor> parts() {
      return List.of();
    }

    @Override
    public Optional<PartDescriptor> part(PartKind kind, String type) {
      return Optional.ofNullable(gives.get(type))
          .map(what -> new PartDescriptor(
              kind,
              type,
              type,
              type,
              null,
              type,
              "",
              new PartDescriptor.Facts("", "", "", what),
              List.of()));
    }

    @Override
    public List<String> flaws() {
      return List.of();
    }

    @Override
    public boolean ofDistribution(Bundle bundle) {
      return true;
    }
  };

  private static ObjectNode fill(String... sets) throws Exception {
    ObjectNode root = (ObjectNode) Json.MAPPER.readTree(SHORT);
    for (int i = 0; i < sets.length; i += 2) {
      Overrides.set(root, sets[i], Json.MAPPER.readTree(sets[i + 1]));
    }
    DefaultModel.fill(root, CATALOG);
    return root;
  }

  private static String types(JsonNode list) {
    List<String> types = new ArrayList<>();
    list.forEach(one -> types.add(one.path("type").asText()));
    return String.join(" ", types);
  }

  @Test
  void everyModalityIsARegressionAndAllAreStacked() throws Exception {
    JsonNode filled = fill();
    for (JsonNode modality : filled.path("modalities")) {
      assertEquals("linear", modality.at("/encoder/type").asText());
    }
    assertEquals("log1p zscore block-scale", types(filled.at("/modalities/genes/transforms")));
    assertEquals("bag-mean zscore block-scale", types(filled.at("/modalities/slides/transforms")));
    assertEquals("word", filled.at("/modalities/notes/tokenizer/type").asText());
    assertEquals("stacked", filled.at("/model/fusion/type").asText());
    assertEquals(
        Json.MAPPER.readTree("{\"os\": {\"target\": \"os\", \"type\": \"linear-survival\"}}"),
        filled.at("/model/heads"));
    assertEquals(
        Json.MAPPER.readTree("[{\"type\": \"cox\", \"head\": \"os\"}]"), filled.path("losses"));
    assertEquals("tensor", filled.at("/training/optimizer/secondMoment").asText());
    assertEquals("os.event", filled.at("/evaluation/split/stratify").asText());
    JsonNode candidates = filled.at("/evaluation/candidates");
    assertEquals(3, candidates.size());
    assertEquals(
        Json.MAPPER.readTree(
            "{\"name\": \"linear\", \"when\": {\"otherwise\": true}, \"set\": {}}"),
        candidates.get(0));
    assertEquals(
        Json.MAPPER.readTree("{\"model.joint\": {\"type\": \"concat\"}}"),
        candidates.get(1).path("set"));
    JsonNode deep = candidates.get(2).path("set");
    assertEquals(
        "genomic-mlp", deep.path("modalities.slides.encoder").path("type").asText());
    assertEquals("bag-mean zscore", types(deep.path("modalities.slides.transforms")));
    assertEquals("log1p zscore", types(deep.path("modalities.genes.transforms")));
    assertEquals("gated", deep.path("model.fusion").path("type").asText());
    assertEquals("survival", deep.path("model.heads.os.type").asText());
    assertEquals("first-candidate", filled.at("/evaluation/select/rule").asText());
  }

  @Test
  void whatIsGivenStaysForAllCandidates() throws Exception {
    JsonNode filled = fill(
        "training.epochs", "7",
        "modalities.genes.transforms", "[{\"type\": \"mine\"}]",
        "modalities.slides.encoder", "{\"type\": \"linear\", \"inputDropout\": 0.5}",
        "model",
            "{\"embedDim\": 4, \"heads\": {\"h\": {\"type\": \"my-head\", \"target\": \"os\"}}}",
        "losses", "[{\"type\": \"ranking\", \"head\": \"h\"}]",
        "evaluation", "{\"split\": {\"folds\": 3}}");
    assertEquals(7, filled.at("/training/epochs").asInt());
    assertEquals("mine", types(filled.at("/modalities/genes/transforms")));
    assertFalse(filled.at("/modalities/slides").has("transforms"));
    assertEquals("my-head", filled.at("/model/heads/h/type").asText());
    assertEquals("ranking", types(filled.path("losses")));
    assertEquals("{\"folds\":3}", filled.at("/evaluation/split").toString());
    assertEquals(4, filled.at("/model/embedDim").asInt());
    JsonNode deep = filled.at("/evaluation/candidates/2/set");
    for (String given : List.of(
        "training.epochs",
        "modalities.genes.transforms",
        "modalities.slides.encoder",
        "model.heads.h.type")) {
      assertFalse(deep.has(given), given);
    }
  }

  @Test
  void anExperimentThatNamesItsModelIsLeftAlone() throws Exception {
    String encoder = "{\"type\": \"abmil\"}";
    for (String[] sets : List.of(
        new String[] {"model", "{\"fusion\": {\"type\": \"mean\"}}"},
        new String[] {"model", "{\"temporal\": {\"type\": \"pool\"}}"},
        new String[] {"cohort.visit", "{\"days\": \"d\"}"},
        new String[] {"cohort.targets.l", "{\"kind\": \"labels\", \"columns\": [\"a\"]}"},
        new String[] {"pretraining", "{}"},
        new String[] {
          "modalities.genes.encoder", encoder,
          "modalities.slides.encoder", encoder,
          "modalities.notes.encoder", encoder
        })) {
      ObjectNode before = (ObjectNode) Json.MAPPER.readTree(SHORT);
      for (int i = 0; i < sets.length; i += 2) {
        Overrides.set(before, sets[i], Json.MAPPER.readTree(sets[i + 1]));
      }
      assertEquals(before, fill(sets));
    }
  }

  /** What an encoder has to take is no guess: that it is missing is told by the reader of the experiment. */
  @Test
  void aReaderThatDoesNotSayWhatItGivesGetsNoEncoder() throws Exception {
    JsonNode filled = fill("modalities.genes.reader.type", "\"silent\"");
    assertFalse(filled.at("/modalities/genes").has("encoder"));
  }

  @Test
  void withAnotherEncoderThereIsNoDeepCandidateAndTheUsualTraining() throws Exception {
    JsonNode filled = fill("modalities.slides.encoder", "{\"type\": \"abmil\"}");
    assertFalse(filled.has("training"));
    assertFalse(filled.path("evaluation").has("candidates"));
    assertEquals("stacked", filled.at("/model/fusion/type").asText());
  }

  @Test
  void eachKindOfTargetHasItsHeadAndLoss() throws Exception {
    JsonNode filled = fill(
        "cohort.targets",
        "{\"age\": {\"kind\": \"number\", \"column\": \"a\"}, \"dx\": {\"kind\": \"class\", \"column\": \"d\"}}");
    assertEquals("linear-regression", filled.at("/model/heads/age/type").asText());
    assertEquals("linear-classification", filled.at("/model/heads/dx/type").asText());
    assertEquals("mse cross-entropy", types(filled.path("losses")));
    assertEquals("age", filled.at("/evaluation/select/head").asText(), "of several, one decides");
    assertFalse(filled.path("evaluation").has("split"), "of several, none is stratified by");
  }

  @Test
  void aNameWithADotIsReachedByAPointer() throws Exception {
    ObjectNode root = (ObjectNode) Json.MAPPER.readTree(SHORT);
    ((ObjectNode) root.get("modalities"))
        .putObject("a.b")
        .putObject("reader")
        .put("type", "vectors");
    DefaultModel.fill(root, CATALOG);
    JsonNode deep = root.at("/evaluation/candidates/2/set");
    assertTrue(deep.has("/modalities/a.b/encoder"), deep.toString());
    deep.fieldNames()
        .forEachRemaining(
            path -> assertTrue(Overrides.set(root, path, deep.get(path)).isEmpty(), path));
  }
}
