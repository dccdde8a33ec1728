/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.TargetKind;
import org.stroma.api.data.DataException;
import org.stroma.cohort.CohortSettings;
import org.stroma.cohort.Fold;
import org.stroma.cohort.Permissions;
import org.stroma.experiment.TestExperiments;
import org.stroma.parts.FaultsException;
import org.stroma.parts.Json;
import org.stroma.run.CheckpointStore;
import org.stroma.run.RunDirectory;
import org.stroma.run.SeenPatients;

/** What a model knows of test patients must not be handed on. */
class InitializationTest {
  private static final Map<String, TargetKind> TARGETS = Map.of("os", TargetKind.SURVIVAL);
  private static final List<Fold> FOLDS = List.of(
      new Fold(0, 0, List.of("a", "b"), List.of(), List.of("c", "d")),
      new Fold(0, 1, List.of("c", "d"), List.of(), List.of("a", "b")));

  @TempDir
  private Path folder;

  private final List<String> notes = new ArrayList<>();
  private Permissions permissions;

  private Path run(String name, Map<String, SeenPatients> folds) {
    RunDirectory run = new RunDirectory(folder.resolve(name));
    run.write("experiment.json", "{\"name\": \"" + name + "\"}");
    folds.forEach((fold, seen) -> {
      String place = "checkpoints/" + fold + "/";
      ObjectNode learned = Json.MAPPER.createObjectNode();
      learned.putObject("m").put("width", fold.length());
      CheckpointStore.writePreparation(
          run, place, learned, Map.of(), Json.MAPPER.createObjectNode(), seen);
      CheckpointStore.writeModel(run, place, 0, List.of(), Map.of());
    });
    return run.path();
  }

  private Initialization of(Path from, String... allowed) {
    permissions = new Permissions(Set.of(allowed), notes::add);
    return Initialization.of(TestExperiments.of(TARGETS, from), FOLDS, permissions, notes::add);
  }

  private static SeenPatients labelled(String... patients) {
    return SeenPatients.NOBODY.andLabelled(List.of(patients));
  }

  @Test
  void eachFoldStartsFromTheSameFold() {
    Path from = run(
        "same",
        Map.of("repeat-0-fold-0", labelled("a", "b"), "repeat-0-fold-1", labelled("c", "d")));
    Initialization all = of(from);
    assertTrue(all.start(FOLDS.get(0)).weights().get(0).toString().contains("fold-0"));
    assertTrue(all.start(FOLDS.get(1)).weights().get(0).toString().contains("fold-1"));
    assertEquals(
        0,
        all.told().path("folds").path(1).path("test_patients_seen_with_targets").asInt(-1));
    assertTrue(
        notes.get(0).contains("with the targets of none of each fold's test patients"),
        notes.get(0));
  }

  @Test
  void anotherFoldThatKnowsNoTestPatientDoes() {
    Path from = run(
        "turned",
        Map.of("repeat-0-fold-0", labelled("c", "d"), "repeat-0-fold-1", labelled("a", "b")));
    assertTrue(of(from).start(FOLDS.get(0)).weights().get(0).toString().contains("fold-1"));
    // a sibling's barcode is the patient's
    Path others = run("others", Map.of("repeat-0-fold-0", labelled("x", "y")));
    assertTrue(of(others).start(FOLDS.get(1)).weights().get(0).toString().contains("fold-0"));
  }

  @Test
  void modelsThatKnowTestPatientsAreRefused() {
    Path from = run(
        "mixed",
        Map.of("repeat-0-fold-0", labelled("a", "c"), "repeat-0-fold-1", labelled("b", "D")));
    String message = assertThrows(FaultsException.class, () -> of(from)).getMessage();
    assertTrue(
        message.startsWith("/initialize/from: is " + from)
            && message.contains("that fold 0 tests (c)")
            && message.contains(
                "say \"allow\": {\"trained-on-test-patients\": \"the reason\"} in /cohort"),
        message);
    Initialization all = of(from, CohortSettings.TRAINED_ON_TEST_PATIENTS);
    assertEquals(
        List.of(1, 1),
        all.told().path("folds").findValues("test_patients_seen_with_targets").stream()
            .map(JsonNode::asInt)
            .toList());
    assertEquals(1, permissions.permitted().size());
    assertTrue(
        permissions.permitted().get(0).finding().contains("targets of 2 patients (b, c)"),
        permissions.permitted().toString());
    assertFalse(notes.get(1).contains("none of each fold's test patients"), notes.toString());
  }

  @Test
  void whatThatRunStartedFromCountsToo() {
    Path from =
        run("chain", Map.of("repeat-0-fold-0", labelled("a", "b").andLabelled(List.of("c"))));
    assertThrows(FaultsException.class, () -> of(from));
  }

  @Test
  void pretrainingOnTestPatientsIsRefusedUnlessAllowed() {
    Path from = run(
        "pretrained",
        Map.of("pretrained", SeenPatients.NOBODY.andUnlabelled(List.of("a", "b", "c", "x"))));
    String message = assertThrows(FaultsException.class, () -> of(from)).getMessage();
    assertTrue(
        message.startsWith("/initialize/from: is " + from)
            && message.contains("pretrained on 3 patients (a, b, c), tested here")
            && message.contains(
                "say \"allow\": {\"pretrained-on-test-patients\": \"the reason\"} in /cohort"),
        message);
    Initialization all = of(from, CohortSettings.PRETRAINED_ON_TEST_PATIENTS);
    assertEquals(
        1,
        all.told()
            .path("folds")
            .path(0)
            .path("test_patients_seen_without_targets")
            .asInt());
    assertEquals(
        2,
        all.told()
            .path("folds")
            .path(1)
            .path("test_patients_seen_without_targets")
            .asInt());
    assertTrue(
        notes.get(0).contains("pretrained on 3 patients")
            && notes.get(0).endsWith("which /cohort/allow permits"),
        notes.get(0));
    assertEquals(
        CohortSettings.PRETRAINED_ON_TEST_PATIENTS,
        permissions.permitted().get(0).permission());
  }

  @Test
  void aFileOfARunIsKnownAndAnotherIsNot() throws IOException {
    Path from = run("files", Map.of("repeat-0-fold-0", labelled("a", "c")));
    assertThrows(
        FaultsException.class,
        () -> of(from.resolve("checkpoints/repeat-0-fold-0/model-1.safetensors")));
    Path alone = Files.copy(
        from.resolve("checkpoints/repeat-0-fold-0/model-1.safetensors"),
        folder.resolve("w.safetensors"));
    Initialization unknown = of(alone);
    assertFalse(unknown.start(FOLDS.get(0)).seen().complete());
    assertTrue(
        notes.get(0).contains("does not say which patients it was trained on"), notes.get(0));
  }

  /** What nobody knows stays unknown, however many trainings lie between. */
  @Test
  void anUnknownOriginIsHandedOn() {
    Path from =
        run("pretrained", Map.of("pretrained", SeenPatients.UNKNOWN.andUnlabelled(List.of("x"))));
    assertFalse(of(from).start(FOLDS.get(0)).seen().andLabelled(List.of("y")).complete());
    assertTrue(
        notes.get(0).contains("does not say which patients it was trained on"), notes.get(0));
  }

  @Test
  void idsThatAreSpelledInAnotherWayAreFound() {
    for (String other : List.of("P001", "P1", "p-001", "P001-01A", "'P001", "P\u2013001")) {
      assertEquals(List.of(other), SeenPatients.among(List.of(other), List.of("P001")), other);
    }
    assertEquals(List.of("101.0"), SeenPatients.among(List.of("101.0", "102"), List.of("101")));
    assertEquals(List.of(), SeenPatients.among(List.of("P1-11", "P2"), List.of("P11-1", "P20")));
  }

  @Test
  void damagedCheckpointsAreNamed() throws IOException {
    Path from =
        run("damaged", Map.of("repeat-0-fold-0", labelled("x"), "repeat-0-fold-1", labelled("x")));
    Path weights = from.resolve("checkpoints/repeat-0-fold-0/model-1.safetensors");
    Path preparation = from.resolve("checkpoints/repeat-0-fold-1/preparation.json");
    Files.writeString(weights, "other weights");
    Files.writeString(preparation, Files.readString(preparation).replace("15", "16"));
    String message =
        assertThrows(DataException.class, () -> CheckpointStore.of(from)).getMessage();
    assertEquals(2, message.lines().count(), message);
    assertTrue(
        message.contains(weights + " is not what the run wrote")
            && message.contains(preparation + " is not"),
        message);
    Files.delete(from.resolve("checkpoints/repeat-0-fold-0/SHA256SUMS"));
    assertThrows(DataException.class, () -> CheckpointStore.of(from));
  }
}
