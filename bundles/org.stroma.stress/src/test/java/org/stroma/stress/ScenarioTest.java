/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.stroma.dataset.DatasetVariant;
import org.stroma.evaluation.StressedBaselines;
import org.stroma.parts.Json;
import org.stroma.training.Replay;

/** Which scenarios there are, and how folds and draws are put together. */
class ScenarioTest {
  @Test
  void everySubsetOfAFewModalitiesAndSomeOfMany() {
    assertEquals(
        List.of(
            List.of("a", "b", "c"),
            List.of("a", "b"),
            List.of("a", "c"),
            List.of("b", "c"),
            List.of("a"),
            List.of("b"),
            List.of("c")),
        Scenario.subsets(List.of("a", "b", "c")));
    for (int count = 1; count <= 6; count++) {
      List<String> names = IntStream.range(0, count).mapToObj(i -> "m" + i).toList();
      List<List<String>> subsets = Scenario.subsets(names);
      assertEquals((1 << count) - 1, new HashSet<>(subsets).size());
      assertTrue(subsets.size() <= Scenario.SUBSETS);
    }
    List<List<String>> many = Scenario.subsets(List.of("a", "b", "c", "d", "e", "f", "g"));
    assertEquals(15, many.size(), "all, each left out, each alone");
    assertEquals(7, many.get(0).size());
    assertEquals(List.of("b", "c", "d", "e", "f", "g"), many.get(1));
    assertEquals(List.of("g"), many.get(14));
  }

  @Test
  void randomScenariosAreDrawnSoOften() {
    List<Scenario> all = Scenario.of(List.of("a", "b"), 4, 1);
    assertEquals(3 + 3 + 2, all.size());
    assertEquals(
        List.of(
            "a + b",
            "a",
            "b",
            "25 % missing at random",
            "50 % missing at random",
            "75 % missing at random",
            "a permuted",
            "b permuted"),
        all.stream().map(Scenario::words).toList());
    all.forEach(scenario -> assertEquals(
        scenario.kind() == Scenario.Kind.KEPT ? 1 : 4, scenario.draws().size(), scenario.words()));
    assertEquals(2, Scenario.of(List.of("a"), 4, 1).size(), "of one modality none may be missing");
  }

  private static JsonNode metrics(Double index) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    if (index == null) {
      json.putObject("os").putNull("c_index").put("c_index_undefined", "no pairs");
    } else {
      json.putObject("os").put("c_index", index);
    }
    return json;
  }

  private static Replay.Measured measured(Double index, String... patients) {
    return new Replay.Measured(List.of(patients), metrics(index), metrics(0.9));
  }

  @Test
  void foldsAreAveragedBeforeDraws() {
    Scenario scenario = Scenario.of(List.of("a", "b"), 2, 1).get(3);
    Outcome outcome = Outcome.of(
        scenario,
        List.of(
            List.of(measured(0.25, "p", "q"), measured(0.75, "p", "q")),
            List.of(measured(0.75, "r"), measured(null, "r", "s"))));
    assertEquals(3, outcome.patients());
    Outcome.Value value = outcome.values().get("os.c_index");
    assertEquals(0.625, value.value(), 1e-12);
    assertEquals(0.9, value.whole(), 1e-12);
    assertEquals(Math.sqrt(0.03125), value.deviation(), 1e-12);
    assertEquals(1, outcome.values().size());
    List<Outcome> all = List.of(outcome);
    JsonNode json = StressFiles.json(Json.MAPPER.createObjectNode(), all).at("/scenarios/0");
    assertEquals(0.625, json.at("/metrics/os/c_index/value").asDouble(), 1e-12);
    assertEquals("missing", json.path("kind").asText());
    assertEquals(0.25, json.path("share").asDouble());
    assertTrue(
        StressFiles.csv(all).contains("missing,,0.25,2,3,os,c_index,0.625,0.9,0.1767"),
        StressFiles.csv(all));
    String table = StressFiles.table(all, StressFiles.telling(all), List.of());
    assertTrue(table.contains("25 % missing at random  3         0.625 (0.177)"), table);
  }

  @Test
  void oneDrawHasNoDeviation() {
    Outcome outcome = Outcome.of(
        Scenario.of(List.of("a", "b"), 1, 1).get(0), List.of(List.of(measured(null, "p"))));
    assertNull(outcome.values().get("os.c_index").deviation());
    assertTrue(StressFiles.json(Json.MAPPER.createObjectNode(), List.of(outcome))
        .at("/scenarios/0/metrics/os/c_index/value")
        .isNull());
  }

  private static Scenario trained(Scenario.Kind kind, String... modalities) {
    return new Scenario(
        kind,
        List.of(modalities),
        0,
        List.of(DatasetVariant.keeping(java.util.Set.of(modalities))));
  }

  @Test
  void besideATrainedModelStandsTheRunsOwnOnTheSamePatients() {
    Scenario alone = trained(Scenario.Kind.TRAINED_ALONE, "a");
    Outcome outcome = Comparison.outcome(
        alone,
        List.of(measured(0.5, "p", "q"), measured(0.6, "r")),
        List.of(measured(0.1, "q", "p"), measured(0.1, "r")));
    assertEquals(3, outcome.patients());
    assertEquals(0.55, outcome.values().get("os.c_index").value(), 1e-12);
    assertEquals(0.9, outcome.values().get("os.c_index").whole(), 1e-12);
    Outcome others =
        Comparison.outcome(alone, List.of(measured(0.5, "p", "q")), List.of(measured(0.1, "p")));
    assertEquals(0, others.values().size(), "what is of other patients is not put beside it");
    String csv = StressFiles.csv(List.of(outcome));
    assertTrue(csv.contains("trained-alone,a,,1,3,os,c_index,0.55,0.9,,"), csv);
  }

  @Test
  void whyAModelCouldNotBeTrainedStandsEverywhere() {
    Outcome failed = Outcome.failed(
        trained(Scenario.Kind.TRAINED_LATE, "a", "b"), "no training patient has a, or b");
    List<Outcome> all = List.of(failed);
    JsonNode json = StressFiles.json(Json.MAPPER.createObjectNode(), all).at("/scenarios/0");
    assertEquals("no training patient has a, or b", json.path("failure").asText());
    assertTrue(json.path("metrics").isMissingNode());
    String csv = StressFiles.csv(all);
    assertTrue(
        csv.contains("trained-late-fusion,a;b,,1,,,,,,,\"no training patient has a, or b\""), csv);
    String table = StressFiles.table(all, StressFiles.telling(all), List.of());
    assertTrue(
        table.contains(
            "late fusion of all, trained anew: not trained, no training patient has a, or b"),
        table);
  }

  private static Replay.Measured beside(
      JsonNode baseline, double model, String fits, String... patients) throws Exception {
    return new Replay.Measured(
        List.of("p", "q"),
        metrics(0.8),
        metrics(0.9),
        Map.of(
            "ridge a",
            new StressedBaselines.Measured(
                List.of(patients),
                baseline,
                baseline,
                patients.length == 0 ? baseline : metrics(model),
                Json.MAPPER.readTree(fits))));
  }

  @Test
  void besideABaselineStandsTheModelOnTheSamePatients() throws Exception {
    Scenario scenario = Scenario.of(List.of("a", "b"), 1, 1).get(1);
    Outcome outcome = Outcome.of(
        scenario,
        List.of(
            List.of(beside(metrics(0.5), 0.6, "{\"os\": {}}", "p")),
            List.of(beside(metrics(0.7), 0.8, "{\"os\": {}}", "p", "q"))));
    List<Outcome> all = List.of(outcome);
    JsonNode json =
        StressFiles.json(Json.MAPPER.createObjectNode(), all).at("/scenarios/0/baselines/ridge a");
    assertEquals(3, json.path("patients").intValue());
    assertEquals(0.6, json.at("/metrics/os/c_index/value").doubleValue(), 1e-12);
    assertEquals(0.7, json.at("/metrics/os/c_index/model_on_same_patients").doubleValue(), 1e-12);
    String table = StressFiles.table(all, StressFiles.telling(all), List.of("ridge a"));
    assertTrue(table.contains("0.600 of 3"), table);
  }

  @Test
  void aBaselineThatHasLostItsModalitySaysSoInWords() throws Exception {
    JsonNode nothing = Json.MAPPER.createObjectNode();
    Scenario scenario = Scenario.of(List.of("a", "b"), 1, 1).get(2);
    Outcome lost =
        Outcome.of(scenario, List.of(List.of(beside(nothing, 0, "{\"os\": {\"lambda\": 1}}"))));
    assertEquals(Map.of("os", Outcome.NOBODY), lost.baselines().get("ridge a").failures());
    String csv = StressFiles.csv(List.of(lost));
    assertTrue(csv.contains("kept,b,,1,0,os,,,,,nobody has what it looks at,ridge a,"), csv);
    assertTrue(!csv.contains("NaN"), csv);
    Outcome unfitted = Outcome.of(
        scenario, List.of(List.of(beside(nothing, 0, "{\"os\": {\"undefined\": \"no events\"}}"))));
    assertEquals(Map.of("os", "no events"), unfitted.baselines().get("ridge a").failures());
  }
}
