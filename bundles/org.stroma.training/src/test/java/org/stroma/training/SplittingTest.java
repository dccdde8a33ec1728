/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.data.DataException;
import org.stroma.cohort.Fold;
import org.stroma.run.ShardRun;
import org.stroma.run.UnfinishedRun;
import org.stroma.shards.Shard;

/** Folds that are carried out in shards, each as a process of its own would. */
class SplittingTest {
  private static final List<String> CHANGES = List.of("training.epochs=2", "name=\"a b\"");

  @TempDir
  private Path folder;

  private final List<Fold> trained = new ArrayList<>();

  private @Nullable JsonNode run(Path directory, Splitting splitting) {
    RunContext context = Runs.context(directory, new Runs.Said(), List.of());
    RunContext split = new RunContext(
        context.experiment(),
        context.parts(),
        context.candidates(),
        context.cohort(),
        context.reader(),
        context.directory(),
        context.progress(),
        context.listeners(),
        context.devices(),
        context.provenance(),
        context.documents(),
        splitting);
    return CrossValidation.run(split, Runs.FOLDS, InnerFolds.NONE, (run, start) -> task -> {
      run.begin("");
      trained.add(task.patients());
      return Runs.result(task);
    });
  }

  private Path shard(Shard shard) {
    Path directory = folder.resolve(shard.fileName());
    assertNull(
        run(directory, new Splitting(shard, CHANGES, Splitting.Elsewhere.NOWHERE, true)),
        "a shard has no metrics");
    return directory;
  }

  private static Splitting merging(List<Path> shards) {
    return new Splitting(
        Shard.ALL,
        List.of(),
        directory -> shards.forEach(shard -> ShardRun.in(shard).orElseThrow().giveTo(directory)),
        false);
  }

  @Test
  void shardsThatArePutTogetherAreTheRun() throws Exception {
    Path whole = folder.resolve("whole");
    JsonNode metrics = run(whole, Splitting.NONE);
    trained.clear();
    List<Path> shards = Shard.all(3).stream().map(this::shard).toList();
    assertEquals(Runs.FOLDS, trained, "each fold once");
    trained.clear();
    Path merged = folder.resolve("merged");
    assertEquals(metrics, run(merged, merging(shards)));
    assertEquals(List.of(), trained);
    assertEquals(
        -1, Files.mismatch(whole.resolve("predictions.csv"), merged.resolve("predictions.csv")));
    assertEquals(-1, Files.mismatch(whole.resolve("metrics.json"), merged.resolve("metrics.json")));
    assertFalse(UnfinishedRun.in(merged));
  }

  @Test
  void aShardTellsWhichItIsAndThatItIsDone() {
    Path directory = shard(new Shard(1, 2));
    ShardRun told = ShardRun.in(directory).orElseThrow();
    assertEquals(new Shard(1, 2), told.shard());
    assertTrue(told.done());
    assertEquals(CHANGES, told.overrides());
    assertEquals(1, UnfinishedRun.folds(directory));
    // with more shards than folds the last ones have nothing to do
    Path empty = shard(new Shard(4, 5));
    assertTrue(ShardRun.in(empty).orElseThrow().done());
    assertEquals(0, UnfinishedRun.folds(empty));
  }

  @Test
  void aFoldThatNoShardHasIsNotTrainedWhereTheyArePutTogether() {
    Path merged = folder.resolve("merged");
    Path one = shard(new Shard(0, 2));
    DataException refused =
        assertThrows(DataException.class, () -> run(merged, merging(List.of(one))));
    assertEquals(
        "none of the shards holds repeat 0 fold 1 as it is to be trained now: they are of other data or of another Stroma",
        refused.getMessage());
    assertFalse(Files.exists(merged), "nothing is half written");
  }

  @Test
  void whatProcessesHaveDoneIsKeptWhenOneFails() {
    Path directory = folder.resolve("run");
    Path one = shard(new Shard(0, 2));
    trained.clear();
    Splitting failing = new Splitting(
        Shard.ALL,
        List.of(),
        run -> {
          ShardRun.in(one).orElseThrow().giveTo(run);
          throw new DataException("slide s cannot be read");
        },
        true);
    assertThrows(DataException.class, () -> run(directory, failing));
    assertEquals(1, UnfinishedRun.folds(directory));
    assertEquals(List.of(), trained);
  }

  @Test
  void aShardGoesOnAsItselfAlone() {
    Path one = shard(new Shard(0, 2));
    assertNull(ShardRun.objection(one, new Shard(0, 2)));
    for (Shard other : List.of(Shard.ALL, new Shard(1, 2), new Shard(0, 3))) {
      assertEquals(
          one
              + " holds shard 0/2 of a run, with which --shard 0/2 --resume goes on; merge puts the shards together when all are done",
          ShardRun.objection(one, other));
    }
    Path whole = folder.resolve("run");
    assertThrows(
        DataException.class,
        () -> run(
            whole,
            new Splitting(
                Shard.ALL,
                List.of(),
                run -> {
                  ShardRun.in(one).orElseThrow().giveTo(run);
                  throw new DataException("no");
                },
                true)));
    assertNotNull(ShardRun.objection(whole, new Shard(0, 2)));
    assertNull(ShardRun.objection(whole, Shard.ALL));
  }

  @Test
  void aShardThatBeginsWithTheRunsResultsDoesNotDoThemAgain() {
    Path one = shard(new Shard(0, 2));
    Path again = folder.resolve("again");
    new ShardRun(again, new Shard(0, 1), false, Path.of("/e.json"), CHANGES).begin(one);
    assertEquals(UnfinishedRun.foldResults(one), UnfinishedRun.foldResults(again));
    assertFalse(ShardRun.in(again).orElseThrow().done());
  }
}
