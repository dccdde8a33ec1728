/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.TargetKind;
import org.stroma.api.data.DataException;

class RunReaderTest {
  @TempDir
  private Path run;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(
        run.resolve("experiment.json"),
        """
        {"name": "study",
         "cohort": {"targets": {"t": {"kind": "survival"}, "dx": {"kind": "class"}, "n": {"kind": "count"},
                                "genes": {"kind": "labels"}}},
         "modalities": {"b": {"per": "patient"}, "a": {}},
         "model": {"heads": {"os": {"type": "survival", "target": "t"}, "y": {"type": "classification", "target": "dx"},
                             "m": {"type": "count", "target": "n"}, "g": {"type": "multi-label", "target": "genes"}}}}
        """);
  }

  private RunReader read() {
    return RunReader.of(run);
  }

  private RunReader.Head head(String name) {
    return read().heads().stream()
        .filter(head -> head.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private void predictions(String text) throws IOException {
    Files.writeString(run.resolve("predictions.csv"), text);
  }

  @Test
  void headsAndModalitiesAreInTheOrderOfTheirNames() {
    assertEquals("study", read().name());
    assertEquals(
        List.of("g", "m", "os", "y"),
        read().heads().stream().map(RunReader.Head::name).toList());
    assertEquals(new RunReader.Head("os", "survival", "t", TargetKind.SURVIVAL), head("os"));
    assertEquals(List.of("a", "b"), List.copyOf(read().modalities().keySet()));
    assertFalse(read().pretraining());
  }

  @Test
  void whatIsNoRunIsASentence() throws IOException {
    assertEquals(
        "there is no folder " + run.resolve("none"),
        assertThrows(DataException.class, () -> RunReader.of(run.resolve("none")))
            .getMessage());
    Path empty = Files.createDirectory(run.resolve("empty"));
    assertEquals(
        empty + " is no run directory: there is no file experiment.json in it",
        assertThrows(DataException.class, () -> RunReader.of(empty)).getMessage());
    assertEquals(
        run + " has no metrics.json: the run has not ended, or was stopped",
        assertThrows(DataException.class, () -> read().metrics()).getMessage());
  }

  @Test
  void whatOlderRunsDidNotWriteIsEmpty() {
    assertTrue(read().cohort().isEmpty());
    assertTrue(read().history().epochs().isEmpty());
    assertTrue(read().predictions().rows().isEmpty());
    assertTrue(read().provenance().isMissingNode());
    assertTrue(read().json("stress.json").isMissingNode());
  }

  @Test
  void metricsHaveTheirIntervalsAndReasons() throws IOException {
    Files.writeString(
        run.resolve("metrics.json"),
        """
        {"folds": [{"repeat": 1, "fold": 2, "train": {"os": {"c_index": 0.9}},
                    "test": {"os": {"c_index": null, "c_index_undefined": "no pair"}}}],
         "mean": {"os": {"c_index": 0.8}}, "std": {"os": {"c_index": null, "c_index_undefined": "there is one fold"}},
         "pooled": {"os": {"c_index": {"value": 0.81, "lower": 0.7, "upper": 0.9, "level": 0.9, "method": "bca", "resamples": 2000,
                                    "tau": 365.5},
                           "uno": {"value": null, "undefined": "no censoring"}}},
         "repeats": [{"repeat": 1, "os": {"c_index": {"value": 0.82}}}], "later": {"x": 1}}
        """);
    RunMetrics metrics = read().metrics();
    RunMetrics.Fold fold = metrics.folds().get(0);
    assertEquals(1, fold.repeat());
    assertEquals(2, fold.fold());
    assertEquals(0.9, fold.value("train", "os", "c_index").orElseThrow().value());
    RunMetrics.Value undefined = fold.value("test", "os", "c_index").orElseThrow();
    assertFalse(undefined.defined());
    assertEquals("no pair", undefined.reason());
    assertTrue(fold.value("validation", "os", "c_index").isEmpty());
    assertEquals(0.8, metrics.mean().get("os").get("c_index").value());
    assertEquals("there is one fold", metrics.std().get("os").get("c_index").reason());
    assertEquals(
        new RunMetrics.Interval(0.7, 0.9, 0.9, "bca", 2000),
        metrics.pooled().get("os").get("c_index").interval());
    assertEquals(Map.of("tau", 365.5), metrics.pooled().get("os").get("c_index").details());
    assertEquals("no censoring", metrics.pooled().get("os").get("uno").reason());
    RunMetrics.Value repeat = metrics.repeats().get(1).get("os").get("c_index");
    assertEquals(0.82, repeat.value());
    assertNull(repeat.interval());
    assertEquals(Set.of("os"), metrics.mean().keySet());
    assertEquals(1, metrics.json().path("later").path("x").asInt());
  }

  @Test
  void epochsHaveTheNumbersThatAreThere() throws IOException {
    Files.writeString(
        run.resolve("history.csv"),
        "repeat,fold,model,epoch,loss,seconds,loss.os.cox\n0,1,2,3,0.5,0.1,\n");
    assertEquals(List.of("loss", "seconds", "loss.os.cox"), read().history().columns());
    RunHistory.Epoch epoch = read().history().epochs().get(0);
    assertEquals(new RunHistory.Epoch(0, 1, 2, 3, Map.of("loss", 0.5, "seconds", 0.1)), epoch);
    assertTrue(Double.isNaN(epoch.value("loss.os.cox")));
    Files.writeString(run.resolve("history.csv"), "epoch,loss\n1,0.5\n");
    assertEquals(
        new RunHistory.Epoch(0, 0, 1, 1, Map.of("loss", 0.5)),
        read().history().epochs().get(0));
    Files.writeString(run.resolve("history.csv"), "epoch,loss\n1,much\n");
    assertEquals(
        run.resolve("history.csv") + ": column loss holds \"much\", which is no number",
        assertThrows(DataException.class, () -> read().history()).getMessage());
  }

  @Test
  void survivalIsOfThoseWhoseFollowUpIsKnown() throws IOException {
    predictions(
        """
        patient,repeat,fold,split,os.risk,os.survival.365,os.survival.1000.5,t.time,t.event
        a,0,0,test,-1.5,0.9,0.8,100.0,1
        b,0,0,test,0.5,0.7,0.6,200.0,0
        c,0,0,test,0.5,0.7,0.6,,
        a,0,1,train,3,0.1,0.1,100.0,1
        a,1,0,test,9,0.1,0.1,100.0,1
        """);
    RunPredictions predictions = read().predictions();
    assertEquals(List.of(0, 1), predictions.repeats());
    RunPredictions.Survival survival =
        predictions.survival(head("os"), RunPredictions.of(RunPredictions.TEST, 0));
    assertEquals(
        List.of("a", "b"),
        survival.rows().stream().map(RunPredictions.Row::patient).toList());
    assertArrayEquals(new double[] {-1.5, 0.5}, survival.risk());
    assertArrayEquals(new double[] {100, 200}, survival.time());
    assertArrayEquals(new boolean[] {true, false}, survival.event());
    assertEquals(Set.of(365.0, 1000.5), survival.survival().keySet());
    assertArrayEquals(new double[] {0.9, 0.7}, survival.survival().get(365.0));
  }

  @Test
  void competingEventsAreNeitherEventsNorCensored() throws IOException {
    predictions(
        """
        patient,repeat,fold,split,os.risk,t.time,t.event,t.competing
        a,0,0,test,-1.5,100.0,1,0
        b,0,0,test,0.5,200.0,0,1
        c,0,0,test,0.5,200.0,0,0
        """);
    RunPredictions.Survival survival = read().predictions().survival(head("os"), row -> true);
    assertArrayEquals(new boolean[] {true, false, false}, survival.event());
    assertArrayEquals(new boolean[] {false, true, false}, survival.competing());
    assertTrue(survival.hasCompeting());
  }

  @Test
  void binsOfOlderRunsAreNoTimes() throws IOException {
    predictions("patient,repeat,fold,split,os.risk,os.survival.0,os.survival.1,t.time,t.event\n"
        + "a,0,0,test,1,0.9,0.8,100.0,1\n");
    assertTrue(read().predictions().survival(head("os"), row -> true).survival().isEmpty());
  }

  @Test
  void classesHaveTheirNamesWhateverTheseAre() throws IOException {
    predictions(
        "patient,repeat,fold,split,y.probability.a.b,\"y.probability.x,\"\"y\"\"\",y.predicted,y.true\n"
            + "p,0,0,test,0.3,0.7,\"x,\"\"y\"\"\",a.b\n"
            + "q,0,0,test,0.4,0.6,\"x,\"\"y\"\"\",\"x,\"\"y\"\"\"\n"
            + "r,0,0,test,0.4,0.6,\"x,\"\"y\"\"\",\n");
    RunPredictions.Classes classes = read().predictions().classes(head("y"), row -> true);
    assertEquals(List.of("a.b", "x,\"y\""), classes.names());
    assertArrayEquals(new int[] {0, 1}, classes.truth());
    assertArrayEquals(new double[] {0.4, 0.6}, classes.probability()[1]);
  }

  @Test
  void numbersAndLabelsAreOfThoseWhoHaveThem() throws IOException {
    predictions(
        """
        patient,repeat,fold,split,m.value,g.probability.kras,g.probability.tp53,n.number,g.true.kras,g.true.tp53
        p,0,0,test,1.5,0.1,0.9,2.0,0,1
        q,0,0,test,2.5,0.2,0.8,,1,
        """);
    RunPredictions.Numbers numbers = read().predictions().numbers(head("m"), row -> true);
    assertArrayEquals(new double[] {1.5}, numbers.predicted());
    assertArrayEquals(new double[] {2}, numbers.truth());
    Map<String, RunPredictions.Label> labels = read().predictions().labels(head("g"), row -> true);
    assertEquals(List.of("kras", "tp53"), List.copyOf(labels.keySet()));
    assertArrayEquals(new boolean[] {false, true}, labels.get("kras").truth());
    assertArrayEquals(new double[] {0.1, 0.2}, labels.get("kras").probability());
    assertArrayEquals(new boolean[] {true}, labels.get("tp53").truth());
  }

  @Test
  void pooledPredictionsAreEachTestPatientsMeanOverTheRepeats() throws IOException {
    predictions(
        """
        patient,repeat,fold,split,os.risk,os.survival.365,t.time,t.event
        b,0,0,test,1,0.5,200.0,0
        a,0,1,test,2,0.9,100.0,1
        a,0,0,train,50,0.1,100.0,1
        a,1,0,test,4,0.7,100.0,1
        b,1,1,test,3,,200.0,0
        """);
    RunPredictions.Survival pooled =
        read().predictions().pooled(read().heads()).survival(head("os"), row -> true);
    assertEquals(
        List.of("a", "b"),
        pooled.rows().stream().map(RunPredictions.Row::patient).toList());
    assertArrayEquals(new double[] {3, 2}, pooled.risk());
    assertArrayEquals(new double[] {100, 200}, pooled.time());
    assertArrayEquals(new double[] {0.8, Double.NaN}, pooled.survival().get(365.0), 1e-12);
  }

  /** Found by fuzzing: null where nothing may be, and values of other kinds; no class of ours is named. */
  @Test
  void aDamagedCohortIsASentenceWithItsPlace() throws IOException {
    String whole =
        """
        {"table": "t.csv", "rows": 1, "patients": 1, "excluded": [], "folds": [],
         "modalities": {"a": {"kind": "matrix", "width": 1, "lacking": []}},
         "analysed": {"patients": 1, "visits": 1, "targets": {}, "modalities": {"a": 1}, "complete": 1, "features": {}}}
        """;
    Files.writeString(run.resolve("cohort.json"), whole);
    assertEquals(1, read().cohort().orElseThrow().patients());
    for (String[] change : new String[][] {
      {"{\"a\": 1}", "{\"a\": null}", "/analysed"},
      {"{\"a\": 1}", "{\"a\": \"**\"}", "/analysed/modalities/a"},
      {"\"lacking\": []", "\"lacking\": [null]", "/modalities/a"},
      {"\"analysed\": {", "\"other\": {", "is damaged"},
      {"\"folds\": []", "\"folds\": 7", "/folds"}
    }) {
      Files.writeString(run.resolve("cohort.json"), whole.replace(change[0], change[1]));
      String message = assertThrows(DataException.class, () -> read().cohort()).getMessage();
      assertTrue(
          message.startsWith(run.resolve("cohort.json") + " is not what a run writes: ")
              && message.contains(change[2])
              && !message.contains("org.stroma")
              && !message.contains("java."),
          message);
    }
  }
}
