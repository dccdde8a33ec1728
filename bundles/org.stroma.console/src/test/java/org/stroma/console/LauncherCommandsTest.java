/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LauncherCommandsTest {
  private static String refusal(boolean embedded, String... arguments) {
    return LauncherCommands.refusal(arguments, embedded);
  }

  @Test
  void whatNeedsSomebodyWhoStaysIsRefusedOutsideTheConsole() {
    for (String command : new String[] {"start", "list", "stop", "watch", "restart"}) {
      assertTrue(refusal(false, command, "x").contains("a command of the console"), command);
    }
    assertNull(refusal(false, "run", "start"));
    assertNull(refusal(false));
  }

  @Test
  void theConsoleIsRefusedWhereTheProcessIsAnotherPrograms() {
    assertNull(refusal(false, "console"));
    assertEquals(
        "console needs a process of its own; to open it: stroma console", refusal(true, "console"));
    assertNull(refusal(true, "run"));
  }
}
