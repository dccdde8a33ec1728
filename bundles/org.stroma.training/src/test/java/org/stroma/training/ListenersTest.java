/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.run.RunDirectory;

/** What users see of events: the progress line and history.csv. */
class ListenersTest {
  @TempDir
  private Path folder;

  private RunEvent.EpochEnded epoch(boolean pretraining, int fold, int member, int epoch) {
    Map<String, Double> losses = new LinkedHashMap<>();
    losses.put("os.cox", 1.25);
    losses.put("modalities/rna/penalty, l2", 0.25);
    RunEvent.Run run = new RunEvent.Run(
        "test", folder, pretraining, pretraining ? 1 : 2, pretraining ? 0 : 4, 2, 3);
    return new RunEvent.EpochEnded(
        run, fold / 2, fold % 2, member, new Epoch(epoch, 1.5, losses, 7, 0.5, 0.0005, 0.12345));
  }

  @Test
  void historyKeepsItsColumnsAndPutsNewOnesBehind() throws Exception {
    HistoryFile history = new HistoryFile(new RunDirectory(folder));
    history.epochEnded(epoch(false, 1, 0, 0));
    history.epochEnded(epoch(false, 1, 0, 1));
    assertTrue(Files.notExists(folder.resolve("history.csv")), "it is written model by model");
    history.memberEnded(new RunEvent.MemberEnded(epoch(false, 1, 0, 1).run(), 0, 1, 0, 1));
    assertEquals(
        """
        repeat,fold,model,epoch,loss,learning_rate_factor,seconds,gradient_norm,loss.os.cox,"loss.modalities/rna/penalty, l2"
        0,1,1,1,1.50000,0.500000,0.1235,7.00000,1.25000,0.250000
        0,1,1,2,1.50000,0.500000,0.1235,7.00000,1.25000,0.250000
        """,
        Files.readString(folder.resolve("history.csv")));
  }

  @Test
  void theHistoryOfAPretrainingHasNoFolds() throws Exception {
    HistoryFile history = new HistoryFile(new RunDirectory(folder));
    history.epochEnded(epoch(true, 0, 0, 0));
    history.memberEnded(new RunEvent.MemberEnded(epoch(true, 0, 0, 0).run(), 0, 0, 0, 1));
    assertTrue(Files.readString(folder.resolve("history.csv"))
        .startsWith("epoch,loss,learning_rate_factor,seconds,gradient_norm,"));
  }

  @Test
  void theProgressLineSaysWhereARunIs() {
    Runs.Said said = new Runs.Said();
    ProgressLine line = new ProgressLine(said);
    line.runStarted(new RunEvent.RunStarted(epoch(false, 0, 0, 0).run()));
    line.foldEnded(new RunEvent.FoldEnded(epoch(false, 0, 0, 0).run(), 0, 0, 1));
    line.epochEnded(epoch(false, 1, 1, 2));
    assertEquals(
        "repeat 0  fold 1 (2 of 4)  model 2/2  epoch 3/3  loss 1.5000   50 %  0:00 left",
        said.lines.get(0));
    line.epochEnded(epoch(true, 0, 0, 0));
    assertEquals("epoch 1/3  loss 1.5000", said.lines.get(1));
  }
}
