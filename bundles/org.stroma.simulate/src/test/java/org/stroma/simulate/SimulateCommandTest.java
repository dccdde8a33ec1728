/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.command.Progress;
import org.stroma.command.UsageException;
import picocli.CommandLine;

class SimulateCommandTest {
  @TempDir
  private Path folder;

  private Callable<Integer> command(String... options) {
    List<String> arguments =
        new ArrayList<>(List.of("--out", "" + folder.resolve("c"), "--patients", "8"));
    arguments.addAll(List.of(options));
    PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    return CommandLine.populateCommand(
        new SimulateCommand().call(out, Progress.SILENT), arguments.toArray(String[]::new));
  }

  private JsonNode effects(String... options) throws Exception {
    command(options).call();
    return new ObjectMapper()
        .readTree(folder.resolve("c/truth.json").toFile())
        .path("log_hazard_ratios");
  }

  @Test
  void anEffectThatIsNotGivenIsThatOfAll() throws Exception {
    JsonNode effects = effects("--single-modal", "0.5", "--genes-effect", "-2", "--text-effect=0");
    assertEquals(0.5, effects.path("patches").asDouble());
    assertEquals(-2, effects.path("genes").asDouble());
    assertEquals(0, effects.path("text").asDouble());
    assertEquals(1, effects.path("interaction").asDouble());
  }

  @Test
  void everyModalityHasItsOwnEffect() throws Exception {
    JsonNode effects =
        effects("--patches-effect", "1.5", "--genes-effect", "2.5", "--text-effect", "3.5");
    assertEquals(1.5, effects.path("patches").asDouble());
    assertEquals(2.5, effects.path("genes").asDouble());
    assertEquals(3.5, effects.path("text").asDouble());
  }

  @Test
  void whatCannotBeIsRefusedInOneSentence() {
    String[][] wrong = {
      {"--single-modal", "11", "11.0; it has to be -10 to 10"},
      {"--patches-effect", "-10.5", "-10.5; it has to be -10 to 10"},
      {"--genes-effect", "NaN", "NaN; it has to be -10 to 10"},
      {"--text-effect", "Infinity", "Infinity; it has to be -10 to 10"},
      {"--censoring", "1", "1.0; it has to be 0 to below 1"},
      {"--censoring", "NaN", "NaN; it has to be 0 to below 1"}
    };
    for (String[] each : wrong) {
      UsageException e =
          assertThrows(UsageException.class, () -> command(each[0], each[1]).call());
      assertEquals(each[0] + " is " + each[2], e.getMessage());
      assertFalse(Files.exists(folder.resolve("c")), "nothing is written");
    }
  }
}
