/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.Json;
import org.stroma.parts.PartCatalog;
import org.stroma.parts.PartDescriptor;
import org.stroma.parts.PartKind;
import org.stroma.parts.Setting;

/** What is chosen inside of folds, and what is swept; every part but those called none is installed, with the same settings. */
class SelectionReaderTest {
  private static final String EXPERIMENT =
      """
      {"cohort": {"table": "c.csv", "targets": {"os": {"kind": "survival", "time": "t", "event": "e"}}},
       "modalities": {"a": {"reader": {"type": "r"}, "encoder": {"type": "mlp"}}},
       "model": {"heads": {"os": {"type": "survival", "target": "os"}}},
       "losses": [{"type": "cox", "head": "os"}],
       "training": {"epochs": 10},
       "evaluation": {"split": {"type": "k-fold", "stratify": "os.event", "group": "site"}}}
      """;

  @TempDir
  private Path folder;

  private final PartCatalog catalog = new PartCatalog() {
    @Override
    public List<PartDescriptor> parts() {
      return List.of();
    }

    @Override
    public Optional<PartDescriptor> part(PartKind kind, String type) {
      return type.equals("none")
          ? Optional.empty()
          : Optional.of(new PartDescriptor(
              kind,
              type,
              type,
              type,
              null,
              type,
              "",
              new PartDescriptor.Facts("", "", "", ""),
              List.of(
                  new Setting(
                      "folds", Setting.Type.INTEGER, false, 5, false, 2.0, 100.0, List.of(), ""),
                  new Setting(
                      "width", Setting.Type.INTEGER, false, 8, false, 1.0, 99.0, List.of(), ""),
                  new Setting(
                      "stratify", Setting.Type.STRING, false, "", false, null, null, List.of(), ""),
                  new Setting(
                      "group", Setting.Type.STRING, false, "", false, null, null, List.of(), ""))));
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

  private Experiment read(String... sets) throws Exception {
    ObjectNode json = (ObjectNode) Json.MAPPER.readTree(EXPERIMENT);
    Path file = Files.writeString(folder.resolve("e.json"), json.toString());
    return ExperimentReader.read(file, List.of(sets), catalog);
  }

  private List<String> faults(String... sets) {
    return assertThrows(FaultsException.class, () -> read(sets)).faults().stream()
        .map(Fault::toString)
        .toList();
  }

  @Test
  void withoutTheKeysNothingIsChosenAndNothingWritten() throws Exception {
    Experiment experiment = read();
    assertNull(experiment.selection());
    assertNull(experiment.sweep());
    JsonNode evaluation = experiment.resolved().path("evaluation");
    for (String key : List.of("inner", "select", "candidates")) {
      assertFalse(evaluation.has(key), key);
    }
    assertFalse(experiment.resolved().has("sweep"));
  }

  @Test
  void defaultsAreOfTheTargetAndTheInnerSplitKeepsGroupsTogether() throws Exception {
    Experiment experiment = read("evaluation.inner={\"folds\":3}");
    Selection selection = experiment.selection();
    assertEquals("os", selection.head());
    assertEquals("c_index", selection.metric());
    assertEquals(Selection.Rule.BEST_EPOCH, selection.rule());
    assertEquals(1, selection.members());
    assertEquals(
        Json.MAPPER.readTree(
            "{\"type\":\"k-fold\",\"folds\":3,\"stratify\":\"os.event\",\"group\":\"site\",\"width\":8}"),
        Json.MAPPER.readTree(experiment.resolved().at("/evaluation/inner").toString()));
    assertEquals(
        "best-epoch", experiment.resolved().at("/evaluation/select/rule").asText());
    assertTrue(experiment.partUses().stream().anyMatch(u -> u.slot().equals("/evaluation/inner")));
    assertEquals(
        "other",
        read("evaluation.inner={\"group\":\"other\"}")
            .resolved()
            .at("/evaluation/inner/group")
            .asText());
  }

  @Test
  void aCandidateIsTheExperimentWithItsSettings() throws Exception {
    Experiment experiment = read(
        "evaluation.inner={}",
        "evaluation.candidates=[{\"training.epochs\": 20, \"model.fusion.width\": 9},"
            + " {\"name\": \"short\", \"set\": {\"/training/epochs\": 5}}, {}]");
    List<Selection.Candidate> candidates = experiment.selection().candidates();
    assertEquals(
        List.of("training.epochs=20 model.fusion.width=9", "short", "as it is"),
        candidates.stream().map(Selection.Candidate::name).toList());
    assertEquals(
        List.of(20, 5, 10),
        candidates.stream().map(c -> c.experiment().training().epochs()).toList());
    assertEquals(9, candidates.get(0).experiment().fusion().settings().get("width"));
    assertNull(candidates.get(0).experiment().selection());
    assertEquals(
        List.of("training.epochs=20", "model.fusion.width=9"), candidates.get(0).overrides());
    assertEquals(10, experiment.training().epochs(), "the experiment itself stays as it is");
    // what was written out reads as the same
    Path again =
        Files.writeString(folder.resolve("again.json"), experiment.resolved().toString());
    Experiment same = ExperimentReader.read(again, List.of(), catalog);
    assertEquals(
        candidates.stream().map(Selection.Candidate::set).map(Object::toString).toList(),
        same.selection().candidates().stream()
            .map(Selection.Candidate::set)
            .map(Object::toString)
            .toList());
    assertEquals(
        experiment.resolved().toString().replace("\"name\":\"e\"", ""),
        same.resolved().toString().replace("\"name\":\"e\"", ""));
  }

  @Test
  void faultsOfCandidatesAreToldAtTheirPlaces() {
    List<String> faults = faults(
        "evaluation.inner={}",
        "evaluation.candidates=[{\"training.epochs\": 0}, {\"name\": \"x\", \"set\": {\"modalities.a.encoder.widht\": 3}},"
            + " {\"model.fusion\": {\"type\": \"none\"}}, {\"modalities.b\": {\"reader\": {\"type\": \"r\"}, \"encoder\": {\"type\": \"m\"}}},"
            + " {\"losses.0.type\": \"ranking\"}, {\"losses.7.weight\": 1}, {\"training.batchSize\": 3}]");
    String at = "/evaluation/candidates/";
    assertEquals(6, faults.size(), faults.toString());
    assertEquals(
        at + "0/training.epochs: is 0; it has to be a whole number from 1 to 100000",
        faults.get(0));
    assertTrue(
        faults.get(1).startsWith(at + "1/set/modalities.a.encoder.widht: is not known here")
            && faults.get(1).endsWith("did you mean width?"),
        faults.get(1));
    assertTrue(
        faults
            .get(2)
            .startsWith(
                at + "2/model.fusion: with it, /model/fusion/type: no installed bundle provides"),
        faults.get(2));
    assertTrue(
        faults.get(3).startsWith(at + "3: does not fit: /modalities: is not the experiment's"),
        faults.get(3));
    assertTrue(
        faults.get(4).startsWith(at + "4: does not fit: /losses: is not the experiment's"),
        faults.get(4));
    assertEquals(at + "5/losses.7.weight: names no element of a list: 7", faults.get(5));
  }

  @Test
  void whatCannotBeChosenIsToldAtOnce() {
    List<String> faults = faults(
        "evaluation.select={\"rule\":\"last\",\"patience\":3,\"members\":2,\"head\":\"oss\",\"metrik\":\"a\"}");
    for (String fault : List.of(
        "/evaluation/select/head: is \"oss\"; the model's heads are [os]",
        "/evaluation/select/members: is 2; it has to be a whole number from 1 to 1",
        "/evaluation/select/metrik: is not known here",
        "/evaluation/select/rule: is \"last\", and there are no candidates",
        "/evaluation/select/patience: is 3; the rule \"last\"")) {
      assertTrue(faults.stream().anyMatch(f -> f.startsWith(fault)), fault + " in " + faults);
    }
    faults = faults(
        "evaluation.inner={\"stratify\":\"osx\"}",
        "evaluation.candidates=[{\"cohort.table\": \"b.csv\"}, {\"modalities.a.reader.path\": \"b\"}, {\"training.ensemble\": 2},"
            + " {\"name\": \"a\"}, {\"name\": \"a\", \"set\": {}, \"training.epochs\": 3}]");
    for (String fault : List.of(
        "/evaluation/inner/stratify: is \"osx\"",
        "/evaluation/candidates/0/cohort.table: cannot be a candidate's",
        "/evaluation/candidates/1/modalities.a.reader.path: cannot be a candidate's",
        "/evaluation/candidates/2/training.ensemble: cannot be a candidate's",
        "/evaluation/candidates/4/name: is \"a\", and so is that of another candidate",
        "/evaluation/candidates/4/training.epochs: is not known here")) {
      assertTrue(faults.stream().anyMatch(f -> f.startsWith(fault)), fault + " in " + faults);
    }
  }

  @Test
  void aSweepNamesValuesOrWhatTheyAreDrawnFrom() throws Exception {
    Sweep sweep =
        read("sweep={\"grid\":{\"training.epochs\":[5,10],\"seed\":[1]}}").sweep();
    assertEquals("{seed=[1], training.epochs=[5, 10]}", sweep.grid().toString());
    assertEquals("os c_index", sweep.head() + " " + sweep.metric());
    sweep =
        read("sweep={\"random\":{\"training.epochs\":{\"min\":5,\"max\":10},\"training.maxGradNorm\":{\"min\":0.1,\"max\":10,\"log\":true}},"
                + "\"trials\":7}")
            .sweep();
    assertEquals(
        new Sweep.Range(List.of(), 5, 10, false, true), sweep.random().get("training.epochs"));
    assertEquals(
        new Sweep.Range(List.of(), 0.1, 10, true, false),
        sweep.random().get("training.maxGradNorm"));
    assertEquals(7, sweep.trials());
    assertEquals(42, sweep.seed(), "the experiment's");
    List<String> faults = faults(
        "sweep={\"grid\":{\"cohort.table\":[\"a\"],\"evaluation.split.folds\":[2,3],\"training.epochs\":[],\"seed\":[1,1]},\"random\":{\"a.b\":{\"min\":0,\"max\":1,\"log\":true}},"
            + "\"metrics\":1}");
    for (String fault : List.of(
        "/sweep: has grid and random",
        "/sweep/grid/cohort.table: cannot be swept",
        "/sweep/grid/evaluation.split.folds: cannot be swept: trials that are tested on other folds",
        "/sweep/grid/training.epochs: is []; it has to be a list of values to try",
        "/sweep/grid/seed: has 1 twice",
        "/sweep/random/a.b: is {\"min\":0,\"max\":1,\"log\":true}; it has to be",
        "/sweep/metrics: is not known here")) {
      assertTrue(faults.stream().anyMatch(f -> f.startsWith(fault)), fault + " in " + faults);
    }
    assertTrue(faults("sweep={}").get(0).startsWith("/sweep: has to have grid, or random"));
  }

  @Test
  void aCandidateMayBeForFoldsOfSomeSize() throws Exception {
    Experiment experiment = read(
        "evaluation.inner={}",
        "evaluation.candidates=[{\"name\": \"few\", \"when\": {\"otherwise\": true}},"
            + " {\"name\": \"many\", \"when\": {\"minEvents\": 100, \"maxEvents\": 500, \"maxFeaturesPerEvent\": 0.5}},"
            + " {\"name\": \"lots\", \"when\": {\"minEvents\": 300}, \"set\": {\"training.epochs\": 3}}]");
    Selection selection = experiment.selection();
    assertTrue(selection.conditional());
    assertEquals("few", tried(selection, 99, 10));
    assertEquals("many", tried(selection, 100, 50));
    assertEquals("few", tried(selection, 100, 51));
    assertEquals("many lots", tried(selection, 500, 250));
    assertEquals("lots", tried(selection, 501, 1));
    assertEquals("lots", tried(selection, 300, 151));
    assertEquals(
        "{\"minEvents\":100,\"maxEvents\":500,\"maxFeaturesPerEvent\":0.5}",
        experiment.resolved().at("/evaluation/candidates/1/when").toString());
    assertEquals(
        List.of(
            "/evaluation/candidates/0/when/otherwise: is true beside another condition; a candidate that is tried where no other is has no other condition"),
        faults(
            "evaluation.inner={}",
            "evaluation.candidates=[{\"when\": {\"otherwise\": true, \"minEvents\": 3}}]"));
    assertTrue(
        faults("evaluation.inner={}", "evaluation.candidates=[{\"when\": {\"minEvent\": 3}}]")
            .get(0)
            .endsWith("did you mean minEvents?"));
  }

  private static String tried(Selection selection, int events, int features) {
    return String.join(
        " ",
        selection.tried(new DataSize(events, features, "a")).stream()
            .map(Selection.Candidate::name)
            .toList());
  }
}
