/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.spark;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.stroma.launcher.ExitCode;

/** How shards have ended until now. Several threads may ask. */
final class Outcomes {
  private final int shards;

  /** By the shard's number, so that what is told hangs on no order of tasks; guarded by this. */
  private final NavigableMap<Integer, ShardOutcome> ended = new TreeMap<>();

  /** @param shards how many there are in all */
  Outcomes(int shards) {
    this.shards = shards;
  }

  synchronized void add(ShardOutcome outcome) {
    ended.put(outcome.index(), outcome);
  }

  synchronized int done() {
    return (int) ended.values().stream().filter(ShardOutcome::isDone).count();
  }

  /** Whether all have ended, and what failed is told by the command for the whole. */
  synchronized boolean canBeFinished(ShardedCommand.Kind kind) {
    return ended.size() == shards
        && ended.values().stream()
            .allMatch(outcome -> outcome.isDone() || kind.isToldByWhole(outcome.code()));
  }

  /** In words: {@code 7 of 12 shards are done, 1 failed}. */
  synchronized String progress() {
    int failed = ended.size() - done();
    return done() + " of " + shards + " shards are done"
        + (failed == 0 ? "" : ", " + failed + " failed");
  }

  /** What was wrong, each sentence once: what is wrong with an experiment is the same for all shards. */
  synchronized List<String> sentences() {
    Set<String> sentences = new LinkedHashSet<>();
    ended.values().forEach(outcome -> sentences.addAll(outcome.sentences()));
    return List.copyOf(sentences);
  }

  /** That of the first shard that failed, but an error of our own before all others. */
  synchronized ExitCode code() {
    List<ExitCode> codes = ended.values().stream()
        .map(ShardOutcome::code)
        .filter(code -> code != ExitCode.DONE)
        .toList();
    return codes.isEmpty()
        ? ExitCode.DONE
        : codes.contains(ExitCode.OUR_FAULT) ? ExitCode.OUR_FAULT : codes.get(0);
  }
}
