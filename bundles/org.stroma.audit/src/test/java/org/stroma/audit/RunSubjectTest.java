/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.data.DataException;
import org.stroma.run.RunReader;

/** A run that lacks what is audited is no run without findings. */
class RunSubjectTest {
  @TempDir
  private Path folder;

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private void refused(String words) {
    String message = assertThrows(DataException.class, () -> RunSubject.check(RunReader.of(folder)))
        .getMessage();
    assertTrue(message.contains(words), message);
  }

  @Test
  void aRunWithoutResultsIsRefusedWithWhatItLacks() throws Exception {
    write("experiment.json", "{}");
    refused("has no metrics.json");
    write("metrics.json", "{\"folds\": [");
    refused("metrics.json is no JSON");
    write("metrics.json", "{}");
    refused("has no predictions.csv with rows");
    write("predictions.csv", "patient,repeat,fold,split\n");
    refused("has no predictions.csv with rows");
    write("predictions.csv", "patient,repeat,fold,split\np,0,0,test\nq,0\n");
    refused("predictions.csv cannot be read");
    write("predictions.csv", "patient,repeat,fold,split\np,0,0,test\n");
    assertDoesNotThrow(() -> RunSubject.check(RunReader.of(folder)));
  }

  @Test
  void aPretrainingTestsNobody() throws Exception {
    write("experiment.json", "{\"pretraining\": {\"m\": {\"type\": \"simclr\"}}}");
    assertDoesNotThrow(() -> RunSubject.check(RunReader.of(folder)));
  }
}
