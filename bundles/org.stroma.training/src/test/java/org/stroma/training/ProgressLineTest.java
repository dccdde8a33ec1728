/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How far a run is: two folds of one model for four epochs, whose settings two candidates on two inner folds decide. */
class ProgressLineTest {
  private static final RunEvent.Run RUN =
      new RunEvent.Run("test", Path.of("runs/test"), false, 1, 2, 1, 4);

  private final Runs.Said said = new Runs.Said();

  private static Epoch epoch(int number) {
    return new Epoch(number, 0.5, Map.of(), 1, 1, null, 0);
  }

  /** The line without the time that is left. */
  private String last() {
    return said.lines.get(said.lines.size() - 1).replaceFirst("  \\d+:\\d\\d left$", "");
  }

  private void fold(ProgressLine line, int fold) {
    for (int e = 0; e < 4; e++) {
      line.epochEnded(new RunEvent.EpochEnded(RUN, 0, fold, 0, epoch(e)));
    }
    line.foldEnded(new RunEvent.FoldEnded(RUN, 0, fold, 1));
  }

  @Test
  void aRunThatChoosesNothingCountsTheEpochsOfItsFolds() {
    ProgressLine line = new ProgressLine(said);
    line.runStarted(new RunEvent.RunStarted(RUN));
    fold(line, 0);
    assertEquals("fold 0 (1 of 2)  epoch 4/4  loss 0.5000   50 %", last());
    fold(line, 1);
    assertEquals("fold 1 (2 of 2)  epoch 4/4  loss 0.5000  100 %", last());
  }

  @Test
  void innerTrainingsCountToo() {
    // 2 candidates on 2 inner folds for 4 epochs, then 4 of the fold's own
    ProgressLine line = new ProgressLine(said, 16);
    line.runStarted(new RunEvent.RunStarted(RUN));
    for (String candidate : List.of("a", "b")) {
      for (int inner = 0; inner < 2; inner++) {
        // the last one ends early
        int epochs = candidate.equals("b") && inner == 1 ? 2 : 4;
        for (int e = 0; e < epochs; e++) {
          line.innerEpochEnded(
              new RunEvent.InnerEpochEnded(RUN, 0, 0, candidate, inner, 0, 1, 4, epoch(e)));
        }
      }
    }
    assertEquals("fold 0 (1 of 2)  b  inner 1  epoch 2/4  loss 0.5000   35 %", last());
    line.chosen(new RunEvent.Chosen(RUN, 0, 0, "b", 2, 4, 0.7));
    fold(line, 0);
    assertEquals("fold 0 (1 of 2)  epoch 4/4  loss 0.5000   50 %", last());
    assertTrue(said.notes.isEmpty());
  }
}
