/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.command.UsageException;

class ShardsFolderTest {
  @TempDir
  private Path work;

  private ShardsFolder folder;

  @BeforeEach
  void writeExperiment() throws IOException {
    Files.writeString(work.resolve("e.json"), "{}");
    folder = ShardsFolder.of(work.resolve("out").toString());
  }

  private ShardedCommand command(String... more) {
    List<String> words = new ArrayList<>(List.of("run", "e.json", "--out", "out"));
    words.addAll(List.of(more));
    return ShardedCommand.parse(words, work);
  }

  private String refusal(String... more) {
    return assertThrows(UsageException.class, () -> folder.take(command(more), 4))
        .getMessage();
  }

  private Path attempt(String name, String result) throws IOException {
    Path attempt = folder.attempt(name);
    Files.writeString(attempt.resolve("run"), result);
    return attempt;
  }

  private List<String> names() throws IOException {
    try (var entries = Files.list(folder.path())) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void theFirstOfTwoAttemptsWins() throws Exception {
    folder.take(command(), 4).close();
    Path first = attempt("1", "first");
    Path second = attempt("2", "second");
    folder.finish(second, 0, 4);
    folder.finish(first, 0, 4);
    assertEquals("second", Files.readString(folder.shard(0, 4).resolve("run")));
    assertEquals(List.of("lock", "plan.properties", "shard-0-of-4"), names());
  }

  @Test
  void ofManyAttemptsThatEndAtOnceOneWinsAndNoneFails() throws Exception {
    folder.take(command(), 4).close();
    int number = 8;
    ExecutorService threads = Executors.newFixedThreadPool(number);
    try {
      for (int round = 0; round < 50; round++) {
        int shard = round;
        CyclicBarrier start = new CyclicBarrier(number);
        List<Callable<Void>> all = new ArrayList<>();
        for (int i = 0; i < number; i++) {
          Path own = attempt(round + "-" + i, "whole");
          all.add(() -> {
            start.await();
            folder.finish(own, shard, 50);
            return null;
          });
        }
        for (Future<Void> ended : threads.invokeAll(all)) {
          ended.get();
        }
        assertEquals("whole", Files.readString(folder.shard(shard, 50).resolve("run")));
      }
    } finally {
      threads.shutdownNow();
    }
    assertFalse(names().stream().anyMatch(name -> name.startsWith("attempt-")));
  }

  @Test
  void aDriverGoesOnWithTheNumberOfShardsOfTheOneBeforeAndTakesItsAttemptsAway() throws Exception {
    Plan plan;
    try (ShardsFolder.Held held = folder.take(command("--set", "name=a \\ b\nc"), 4)) {
      plan = held.plan();
    }
    folder.finish(attempt("1", "x"), 2, 4);
    attempt("2", "left");
    try (ShardsFolder.Held held = folder.take(command("--set", "name=a \\ b\nc"), 9)) {
      assertEquals(plan, held.plan());
      assertEquals(4, held.plan().shards());
    }
    assertEquals(List.of("lock", "plan.properties", "shard-2-of-4"), names());
    assertTrue(folder.holds(plan.text()));
    assertFalse(folder.holds("another"));
  }

  @Test
  void shardsOfAnotherCommandAreNotTaken() throws Exception {
    folder.take(command("--set", "seed=1"), 4).close();
    assertEquals(
        folder.path()
            + " holds shards of another command: argument.3 is seed=1 there and seed=2 now; take it away, or name another place with --out",
        refusal("--set", "seed=2"));
    assertTrue(refusal("--set", "seed=1", "--shards", "5").contains("shards is 4 there and 5 now"));
    assertTrue(refusal().contains("argument.2 is --set there and absent now"));
    Files.writeString(work.resolve("e.json"), "{\"seed\": 3}");
    assertTrue(refusal("--set", "seed=1").contains("experiment.sha256 is "));
  }

  @Test
  void aSweepMayGoOnInAnotherNumberOfShards() throws Exception {
    for (int number : List.of(4, 6)) {
      ShardedCommand sweep = ShardedCommand.parse(
          List.of("sweep", "e.json", "--out", "out", "--shards", "" + number), work);
      try (ShardsFolder.Held held = folder.take(sweep, 1)) {
        assertEquals(number, held.plan().shards());
      }
    }
  }

  @Test
  void aFolderOfSomethingElseIsNotTaken() throws Exception {
    Files.createDirectories(folder.path());
    Files.writeString(folder.path().resolve("thesis.txt"), "mine");
    assertTrue(
        refusal()
            .endsWith(
                "is there already and holds no shards; name another place with --out, or take it away"));
    assertEquals(List.of("thesis.txt"), names());
  }

  @Test
  void whatALostExecutorWroteLastIsTakenAway() throws Exception {
    Files.createDirectories(folder.path().resolve("attempt-old-1/run"));
    folder.take(command(), 4).close();
    assertEquals(List.of("lock", "plan.properties"), names());
  }

  @Test
  void twoDriversDoNotWorkInOneFolder() throws Exception {
    try (ShardsFolder.Held held = folder.take(command(), 4)) {
      Path attempt = attempt("1", "running");
      assertTrue(refusal().startsWith("another spark-submit is at work in " + folder.path()));
      assertTrue(Files.exists(attempt), "what the first one's tasks write stays");
      assertEquals(4, held.plan().shards());
    }
    folder.take(command(), 4).close();
  }
}
