/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Splits a cohort into folds: who trains a model, and who tests it. Stroma checks what comes out of it, whatever it says: nobody is
 * on two sides, no side that is needed is empty, every side has what the targets need.
 *
 * <p>Two names of settings mean the same everywhere: {@code folds} is how many folds there are, and {@code stratify} names strata as
 * {@link SplitInput#stratum} takes them and is checked before anything is read.
 */
@ConsumerType
public interface SplitStrategy {
  /**
   * The folds of one repeat. They follow from the input alone: not from the order of the table's rows, and nothing is kept in the
   * object.
   *
   * @throws DataException for a cohort that cannot be split so, with a sentence
   */
  List<Sides> split(SplitInput input);

  /** Whether the folds depend on {@link SplitInput#seed} or {@link SplitInput#repeat}; only then can an experiment repeat them. */
  default boolean repeatable() {
    return true;
  }
}
