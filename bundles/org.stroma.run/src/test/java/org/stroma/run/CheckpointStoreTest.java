/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.data.DataException;
import org.stroma.parts.Json;

/** A run directory that somebody has changed predicts nothing. */
class CheckpointStoreTest {
  @TempDir
  private Path folder;

  private RunDirectory run(String name, int folds) {
    RunDirectory run = new RunDirectory(folder.resolve(name));
    run.write("experiment.json", "{\"name\": \"" + name + "\"}");
    for (int fold = 0; fold < folds; fold++) {
      String place = "checkpoints/repeat-0-fold-" + fold + "/";
      ObjectNode json = Json.MAPPER.createObjectNode();
      CheckpointStore.tie(run, place, json);
      run.write(place + "preparation.json", json);
      run.write(place + "model-1.safetensors", "weights");
      Checksums.add(run, place, "preparation.json");
      Checksums.add(run, place, "model-1.safetensors");
    }
    return run;
  }

  private static String refused(Path run) {
    return assertThrows(DataException.class, () -> CheckpointStore.of(run)).getMessage();
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (var files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  @Test
  void theExperimentIsThatOfTheRun() throws IOException {
    Path run = run("a", 2).path();
    assertEquals(2, CheckpointStore.of(run).size());
    Path experiment = run.resolve("experiment.json");
    Files.writeString(experiment, Files.readString(experiment) + " ");
    String message = refused(run);
    assertTrue(
        message.startsWith(experiment + " was changed since the run")
            && message.contains(
                "its SHA-256 is not that in checkpoints/repeat-0-fold-0/preparation.json"),
        message);
    Files.delete(experiment);
    assertTrue(refused(run).contains("is no run directory"), refused(run));
  }

  @Test
  void checkpointsOfAnotherRunAreRefused() throws IOException {
    Path run = run("b", 1).path();
    copy(
        run("c", 2).path().resolve("checkpoints/repeat-0-fold-1"),
        run.resolve("checkpoints/repeat-0-fold-1"));
    assertTrue(refused(run).contains("repeat-0-fold-1 is of another run"), refused(run));
  }

  @Test
  void aFoldIsNoOther() throws IOException {
    Path run = run("d", 1).path();
    copy(run.resolve("checkpoints/repeat-0-fold-0"), run.resolve("checkpoints/repeat-0-fold-1"));
    assertTrue(refused(run).contains("repeat-0-fold-1 is a copy of repeat-0-fold-0"), refused(run));
  }

  @Test
  void preparationsThatNameNoRunAreRefused() throws IOException {
    RunDirectory run = run("e", 1);
    run.write("checkpoints/repeat-0-fold-0/preparation.json", "{}");
    Checksums.add(run, "checkpoints/repeat-0-fold-0/", "preparation.json");
    assertTrue(
        refused(run.path()).contains("does not say which run its models are of"),
        refused(run.path()));
    Files.delete(run.path().resolve("checkpoints/repeat-0-fold-0/preparation.json"));
    assertTrue(refused(run.path()).contains("there is no file"), refused(run.path()));
    Files.createDirectory(run.path().resolve("checkpoints/repeat-0-fold-0/preparation.json"));
    assertTrue(
        refused(run.path())
            .contains("preparation.json is not the file that the run wrote but a folder"),
        refused(run.path()));
  }

  @Test
  void moreModelsThanTheRunHasAreRefused() {
    RunDirectory run = run("f", 2);
    run.write("checkpoints/repeat-0-fold-1/model-2.safetensors", "weights");
    Checksums.add(run, "checkpoints/repeat-0-fold-1/", "model-2.safetensors");
    List<CheckpointStore.Trained> trained = CheckpointStore.of(run.path());
    CheckpointStore.checkCounts(trained, 1, 2, 2);
    String message = assertThrows(
            DataException.class, () -> CheckpointStore.checkCounts(trained, 1, 2, 1))
        .getMessage();
    assertTrue(
        message.contains("model-2.safetensors is no model of the run")
            && message.contains("one model a fold"),
        message);
    String fold = assertThrows(
            DataException.class, () -> CheckpointStore.checkCounts(trained, 1, 1, 2))
        .getMessage();
    assertTrue(fold.contains("repeat-0-fold-1 is no fold of the run"), fold);
  }
}
