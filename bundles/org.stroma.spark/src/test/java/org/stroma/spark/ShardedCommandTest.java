/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.stroma.command.UsageException;

class ShardedCommandTest {
  private static ShardedCommand parse(String... words) {
    return ShardedCommand.parse(List.of(words), Path.of("/data"));
  }

  private static String refusal(String... words) {
    return assertThrows(UsageException.class, () -> parse(words)).getMessage();
  }

  @Test
  void aShardHasTheArgumentsOfTheWholeAndAPlaceOfItsOwn() {
    ShardedCommand command = parse(
        "run",
        "--set",
        "a=1",
        "e.json",
        "--out=runs/x",
        "--shards",
        "3",
        "--set=b=--out",
        "--resume");
    assertEquals("/data/e.json", command.input());
    assertEquals("/data/runs/x", command.out());
    assertEquals(3, command.shards());
    assertArrayEquals(
        new String[] {
          "run", "--set", "a=1", "e.json", "--set=b=--out", "--shard", "2/3", "--out", "/p"
        },
        command.shard(2, 3, Path.of("/p"), 1));
    assertArrayEquals(
        new String[] {"merge", "/s/0", "/s/1", "--out", "/p"},
        command.whole(List.of(Path.of("/s/0"), Path.of("/s/1")), Path.of("/p")));
  }

  @Test
  void aSweepIsEndedByTheSameCommandWithoutShards() {
    ShardedCommand command = parse("sweep", "e.json", "--out", "s", "--set", "seed=3");
    assertEquals(0, command.shards());
    assertArrayEquals(
        new String[] {"sweep", "e.json", "--set", "seed=3", "--out", "/data/s"},
        command.whole(List.of(), Path.of(command.out())));
  }

  @Test
  void anExtractionTakesTheThreadsOfItsTaskUnlessOthersAreSaid() {
    assertArrayEquals(
        new String[] {
          "extract",
          "a.svs",
          "b.svs",
          "--overwrite",
          "--threads",
          "2",
          "--shard",
          "0/1",
          "--out",
          "/f"
        },
        parse("extract", "a.svs", "b.svs", "--overwrite", "--out", "f")
            .shard(0, 1, Path.of("/f"), 2));
    assertArrayEquals(
        new String[] {"extract", "a.svs", "--threads=8", "--shard", "0/1", "--out", "/f"},
        parse("extract", "a.svs", "--threads=8", "--out", "f").shard(0, 1, Path.of("/f"), 2));
  }

  @Test
  void theInputOfAPredictionIsItsRun() {
    ShardedCommand command =
        parse("predict", "--training-patients", "/runs/r", "new.csv", "--out", "o.csv");
    assertEquals("/runs/r", command.input());
  }

  @Test
  void whatIsNoCommandForAClusterIsRefused() {
    assertEquals(
        "\"swep\" is no command for a cluster; there are run, sweep, extract, predict; did you mean sweep?",
        refusal("swep", "e.json"));
    assertTrue(refusal().startsWith("the command is missing; it is one of run, "));
    assertTrue(refusal("run", "--out", "x").startsWith("run needs EXPERIMENT.json: spark-submit"));
    assertEquals(
        "--out is missing; it names a place that all machines of the cluster see",
        refusal("run", "e.json"));
    assertEquals("--out needs a value", refusal("run", "e.json", "--out"));
    assertEquals(
        "--out is given twice: a and b", refusal("run", "e.json", "--out", "a", "--out=b"));
    for (String number : List.of("0", "-1", "two", "100001", "")) {
      assertEquals(
          "--shards is \"" + number + "\"; it has to be a whole number from 1 to 100000",
          refusal("run", "e.json", "--out", "a", "--shards", number));
    }
    assertTrue(refusal("run", "e.json", "--shard", "0/2").startsWith("each task is given its own"));
    assertTrue(refusal("predict", "r", "t.csv", "--details", "d").startsWith("--details is not"));
  }
}
