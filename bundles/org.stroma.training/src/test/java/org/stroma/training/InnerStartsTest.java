/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.TargetKind;
import org.stroma.cohort.CohortSettings;
import org.stroma.cohort.Fold;
import org.stroma.cohort.Permissions;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.TestExperiments;
import org.stroma.parts.FaultsException;
import org.stroma.parts.Json;
import org.stroma.run.CheckpointStore;
import org.stroma.run.RunDirectory;
import org.stroma.run.SeenPatients;

/** What knows by whom is chosen must not start what is chosen among. */
class InnerStartsTest {
  private static final List<Fold> FOLDS =
      List.of(new Fold(0, 0, List.of("a", "b"), List.of(), List.of("c")));
  private static final List<List<Fold>> INNER = List.of(List.of(
      new Fold(0, 0, List.of("a"), List.of("b"), List.of()),
      new Fold(0, 0, List.of("b"), List.of("a"), List.of())));

  @TempDir
  private Path folder;

  private final List<String> notes = new ArrayList<>();

  private InnerStarts of(Map<String, SeenPatients> source, String... allowed) {
    RunDirectory run = new RunDirectory(folder.resolve("source"));
    run.write("experiment.json", "{}");
    source.forEach((fold, seen) -> {
      String place = "checkpoints/" + fold + "/";
      ObjectNode learned = Json.MAPPER.createObjectNode();
      CheckpointStore.writePreparation(
          run, place, learned, Map.of(), Json.MAPPER.createObjectNode(), seen);
      CheckpointStore.writeModel(run, place, 0, List.of(), Map.of());
    });
    Experiment experiment = TestExperiments.of(Map.of("os", TargetKind.SURVIVAL), run.path());
    return InnerStarts.of(
        experiment, FOLDS, INNER, () -> new Permissions(Set.of(allowed), notes::add));
  }

  private static SeenPatients labelled(String... patients) {
    return SeenPatients.NOBODY.andLabelled(List.of(patients));
  }

  private static FoldTask task(int inner) {
    Experiment experiment = Runs.experiment(
        2,
        2,
        Runs.schedule(),
        TestExperiments.selection(org.stroma.experiment.Selection.Rule.BEST_EPOCH));
    return FoldTask.inner(experiment, INNER.get(0).get(inner), inner);
  }

  @Test
  void eachInnerFoldStartsFromAModelThatKnowsNeitherWhoChoosesNorWhoIsTested() {
    InnerStarts starts =
        of(Map.of("repeat-0-fold-0", labelled("a"), "repeat-0-fold-1", labelled("b")));
    assertTrue(starts.start(task(0)).weights().get(0).toString().contains("fold-0"), "b chooses");
    assertTrue(starts.start(task(1)).weights().get(0).toString().contains("fold-1"), "a chooses");
  }

  @Test
  void aPretrainingWithoutTargetsMayStartThem() {
    InnerStarts starts =
        of(Map.of("pretrained", SeenPatients.NOBODY.andUnlabelled(List.of("a", "b"))));
    assertEquals(starts.start(task(0)), starts.start(task(1)));
  }

  /** The model of the same fold was trained with all its training patients, those who choose among them. */
  @Test
  void whereEveryModelKnowsWhoChoosesItIsRefusedUnlessAllowed() {
    Map<String, SeenPatients> source = Map.of("repeat-0-fold-0", labelled("a", "b"));
    String message = assertThrows(FaultsException.class, () -> of(source)).getMessage();
    assertTrue(
        message.startsWith("/initialize/from: is ")
            && message.contains("by whom fold 0 chooses or whom it tests (b)")
            && message.contains("trained-on-test-patients"),
        message);
    of(source, CohortSettings.TRAINED_ON_TEST_PATIENTS);
    assertEquals(2, notes.size(), notes.toString());
    assertTrue(notes.get(0).contains("by whom fold 0 chooses"), notes.toString());
  }

  @Test
  void whereNothingIsChosenThereIsNothingToStart() {
    Experiment experiment =
        TestExperiments.of(Map.of("os", TargetKind.SURVIVAL), folder.resolve("none"));
    assertNull(InnerStarts.of(experiment, FOLDS, List.of(), () -> null));
  }
}
