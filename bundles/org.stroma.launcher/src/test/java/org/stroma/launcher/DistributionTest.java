/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused before a framework is made; what a running one does is tested with the distribution (EmbeddingIT). */
class DistributionTest {
  @TempDir
  private Path folder;

  private static String refusal(Distribution.Builder builder) {
    return assertThrows(DistributionException.class, builder::start).getMessage();
  }

  @Test
  void aFolderThatHoldsNoDistributionIsNamed() {
    assertEquals(
        folder.toAbsolutePath() + " is no distribution of Stroma: it holds no folder bundles",
        refusal(Distribution.at(folder)));
  }

  @Test
  void aFolderThatPathsCannotBeRelativeToIsNamed() throws Exception {
    Files.createDirectory(folder.resolve("bundles"));
    assertTrue(
        refusal(Distribution.at(folder).folder(folder.resolve("x"))).endsWith("x is not there"));
    Path file = Files.writeString(folder.resolve("file"), "");
    assertTrue(refusal(Distribution.at(folder).folder(file)).endsWith("file is no folder"));
  }

  @Test
  void wrongSettingsAreRefusedWhereverTheyAre() throws Exception {
    Files.createDirectories(folder.resolve("bundles"));
    Files.createDirectories(folder.resolve("conf"));
    Path file = Files.writeString(folder.resolve("conf/stroma.properties"), "stroma.jobs=0\n");
    assertEquals(
        List.of(
            file.toAbsolutePath()
                + ", line 1: stroma.jobs is \"0\"; it has to be a whole number from 1 to 999",
            "the setting stroma.thread: no such key; did you mean stroma.threads"),
        refusal(Distribution.at(folder).set("stroma.thread", "1")).lines().toList());
  }

  @Test
  void anAnswerBecomesTypedAndOneThatNeverCameIsAnInterrupt() {
    Map<String, Object> answer = Map.of(
        "code",
        2,
        "files",
        List.of(Path.of("/run")),
        "faults",
        List.of(Map.entry("/name", "is missing"), Map.entry("", "no cohort")));
    assertEquals(ExitCode.WRONG_USE, ExitCode.of(CommandRequest.code(answer)));
    assertEquals(List.of(Path.of("/run")), CommandRequest.files(answer));
    assertEquals(
        List.of("/name: is missing", "no cohort"),
        CommandRequest.faults(answer).stream().map(Result.Fault::toString).toList());
    assertEquals(ExitCode.INTERRUPTED, ExitCode.of(CommandRequest.code(null)));
    assertEquals(1, CommandRequest.faults(null).size());
    assertEquals(ExitCode.OUR_FAULT, ExitCode.of(77), "a code that nobody knows is no success");
  }
}
