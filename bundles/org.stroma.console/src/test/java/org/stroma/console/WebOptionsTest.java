/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.stroma.command.UsageException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class WebOptionsTest {
  @Command(name = "run")
  static final class Run {
    @Mixin
    private RunOptions options;
  }

  private static RunOptions parsed(String... arguments) {
    Run run = new Run();
    new CommandLine(run).parseArgs(arguments);
    return run.options;
  }

  private static String refusal(String... arguments) {
    RunOptions options = parsed(arguments);
    return assertThrows(UsageException.class, () -> options.openView(null)).getMessage();
  }

  @Test
  void nothingIsOpenedUnlessItIsAskedFor() {
    assertNull(parsed("experiment.json").openView(null));
  }

  @Test
  void aPortIsThatOfALiveView() {
    assertEquals(
        "--port is that of the live view, so it needs --web",
        refusal("experiment.json", "--port", "80"));
    assertEquals(
        "--port 65536 has to be a number from 0 to 65535",
        refusal("experiment.json", "--web", "--port", "65536"));
  }

  @Test
  void theViewIsOfOneProcess() {
    assertTrue(refusal("experiment.json", "--web", "--processes", "2").contains("--processes"));
  }
}
