/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.util.List;
import org.stroma.run.RunDirectory;
import org.stroma.shards.Shard;

/**
 * How the folds of a run are split over processes and machines.
 *
 * @param shard the folds that are carried out here; a run of a part of them writes no metrics
 * @param overrides as of {@code --set}, by which a shard's experiment can be read again
 * @param elsewhere has folds carried out before they are looked for in the run's directory
 * @param trains whether a fold that nobody has carried out is trained here
 */
public record Splitting(Shard shard, List<String> overrides, Elsewhere elsewhere, boolean trains) {
  /** All folds are carried out in this process. */
  public static final Splitting NONE = new Splitting(Shard.ALL, List.of(), Elsewhere.NOWHERE, true);

  public Splitting {
    overrides = List.copyOf(overrides);
  }

  /** Has folds carried out. */
  @FunctionalInterface
  public interface Elsewhere {
    Elsewhere NOWHERE = directory -> {};

    /** @param directory of the run, in which the results are afterwards as if it had come to them itself */
    void carryOut(RunDirectory directory);
  }
}
