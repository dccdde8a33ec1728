/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.stroma.launcher.ExitCode;

class OutcomesTest {
  private static ShardOutcome failed(int index, ExitCode code, String... sentences) {
    return new ShardOutcome(index, code, List.of(sentences));
  }

  @Test
  void eachSentenceIsToldOnceInTheOrderOfShards() {
    Outcomes outcomes = new Outcomes(4);
    outcomes.add(failed(3, ExitCode.UNUSABLE_DATA, "patient 7 has no slide"));
    outcomes.add(failed(2, ExitCode.WRONG_USE, "/training/epochs is 0", "/seed is missing"));
    outcomes.add(failed(1, ExitCode.WRONG_USE, "/training/epochs is 0"));
    outcomes.add(ShardOutcome.done(0));
    assertEquals(
        List.of("/training/epochs is 0", "/seed is missing", "patient 7 has no slide"),
        outcomes.sentences());
    assertEquals("1 of 4 shards are done, 3 failed", outcomes.progress());
    assertEquals(ExitCode.WRONG_USE, outcomes.code());
    outcomes.add(failed(3, ExitCode.OUR_FAULT, "node7: out of luck"));
    assertEquals(ExitCode.OUR_FAULT, outcomes.code());
  }

  @Test
  void aRunIsFinishedWhenAllIsDoneAndASweepAlsoWhereTrialsFailed() {
    Outcomes outcomes = new Outcomes(2);
    outcomes.add(ShardOutcome.done(0));
    assertFalse(outcomes.canBeFinished(ShardedCommand.Kind.SWEEP));
    outcomes.add(failed(1, ExitCode.UNUSABLE_DATA, "x"));
    assertFalse(outcomes.canBeFinished(ShardedCommand.Kind.RUN));
    assertFalse(outcomes.canBeFinished(ShardedCommand.Kind.PREDICT));
    assertTrue(outcomes.canBeFinished(ShardedCommand.Kind.SWEEP));
    assertTrue(outcomes.canBeFinished(ShardedCommand.Kind.EXTRACT));
    outcomes.add(failed(1, ExitCode.OUR_FAULT, "x"));
    assertFalse(outcomes.canBeFinished(ShardedCommand.Kind.EXTRACT));
    outcomes.add(ShardOutcome.done(1));
    assertTrue(outcomes.canBeFinished(ShardedCommand.Kind.RUN));
    assertEquals(ExitCode.DONE, outcomes.code());
  }
}
