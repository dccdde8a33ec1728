/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.command.UsageException;
import org.stroma.parts.Json;
import org.stroma.shards.Shard;

class SweepFolderTest {
  private static final Trial TRIAL =
      new Trial("trial-001", Map.of("seed", JsonNodeFactory.instance.numberNode(7)));

  @TempDir
  private Path folder;

  private static ObjectNode experiment(long seed) {
    return Json.MAPPER.createObjectNode().put("seed", seed).put("name", "e");
  }

  private SweepFolder open() {
    return SweepFolder.open(folder.resolve("s"), experiment(1), Shard.ALL);
  }

  private String refused(Runnable what) {
    return assertThrows(UsageException.class, what::run).getMessage();
  }

  @Test
  void aTrialIsFinishedWhenItsMetricsAreThere() throws Exception {
    try (SweepFolder sweep = open()) {
      Path run = Files.createDirectories(sweep.path(TRIAL));
      Files.writeString(run.resolve("experiment.json"), experiment(7).toPrettyString());
      Files.writeString(run.resolve("metrics.json"), "{\"mean\": {}}");
      assertEquals("{\"mean\":{}}", sweep.finished(TRIAL, experiment(7)).toString());
      String other = refused(() -> sweep.finished(TRIAL, experiment(8)));
      assertTrue(other.contains("trial-001 is a run with other settings than seed=7"), other);
      assertTrue(Files.exists(run.resolve("metrics.json")), "nothing is taken away then");
    }
  }

  @Test
  void whatAStoppedTrialLeftIsTakenAwayAndNothingElse() throws Exception {
    try (SweepFolder sweep = open()) {
      Path run = Files.createDirectories(sweep.path(TRIAL));
      Files.writeString(run.resolve("thesis.txt"), "mine");
      assertTrue(
          refused(() -> sweep.finished(TRIAL, experiment(7))).contains("is no run directory"));
      Files.writeString(run.resolve("stroma.log"), "");
      Files.delete(run.resolve("thesis.txt"));
      assertNull(sweep.finished(TRIAL, experiment(7)));
      assertFalse(Files.exists(run));
      assertNull(sweep.finished(TRIAL, experiment(7)));
    }
  }

  @Test
  void oneSweepAtATimeAndAlwaysTheSame() {
    try (SweepFolder sweep = open()) {
      assertTrue(refused(this::open).contains("another sweep is at work in"));
    }
    open().close();
    String other = refused(() -> SweepFolder.open(folder.resolve("s"), experiment(2), Shard.ALL));
    assertTrue(
        other.contains("holds a sweep of another experiment: /seed is 1 there and 2 now"), other);
    assertTrue(refused(() -> SweepFolder.open(folder, experiment(1), Shard.ALL))
        .contains("is there already and holds no sweep"));
  }
}
