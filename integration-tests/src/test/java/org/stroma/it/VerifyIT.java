/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command verify: a run holds until one byte of its data, one weight or one prediction is another. */
class VerifyIT {
  @TempDir
  private Path folder;

  /** Turns a bit of a byte near the end: of a digit, or of the last weight. */
  private static void changeByte(Path file, int fromEnd) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - fromEnd] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void whatWasChangedSinceTheRunIsFound() throws Exception {
    SimulatedCohort.write(folder, 24);
    Path data = folder.resolve("b.csv");
    Path model = folder.resolve("run/checkpoints/repeat-0-fold-1/model-1.safetensors");
    Path predictions = folder.resolve("run/predictions.csv");
    try (LiveConsole console = new LiveConsole(folder, List.of())) {
      console.say(
          "run experiment.json --out run --set training.epochs=2 --set 'evaluation.baselines=[]'");
      String well = console.say("verify run");
      assertTrue(
          well.contains("predictions: 192 predictions of 24 patients are the same, bit by bit"),
          well);
      assertTrue(
          well.contains("bundles: those of the run") && well.contains("run is what it says"), well);

      changeByte(data, 2);
      String changed = console.say("verify run");
      assertTrue(
          changed.contains("b.csv was changed since the run: its SHA-256 is another"), changed);
      assertTrue(changed.contains("predictions differ from predictions.csv, by "), changed);
      assertTrue(changed.contains("of patient s23 ("), changed);
      changeByte(data, 2);

      changeByte(model, 2);
      String weight = console.say("verify run");
      assertTrue(weight.contains("model-1.safetensors is not what the run wrote"), weight);
      assertTrue(weight.contains("predictions: not made again"), weight);
      changeByte(model, 2);
    }
    String[] lines = Files.readString(predictions).split("\n");
    lines[1] = lines[1].replaceFirst(",train,[^,]*", ",train,9.5");
    Files.writeString(predictions, String.join("\n", lines) + "\n");
    Stroma.Result edited = Stroma.run(folder, "verify", "run");
    assertEquals(3, edited.code(), edited.toString());
    assertTrue(
        edited.out().contains("1 of 192 predictions differs from predictions.csv, by ")
            && edited.out().contains(": 9.5 there, "),
        edited.out());
    assertTrue(edited.out().contains("values of metrics.json, of the folds"), edited.out());
  }
}
