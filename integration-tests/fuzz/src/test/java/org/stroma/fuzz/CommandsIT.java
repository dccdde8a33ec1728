/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fuzz;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Experiments and run directories, by the commands of the distribution: none may end with exit code 1. */
class CommandsIT {
  @Test
  void noCommandFailsByWhatItReads() throws Exception {
    Path folder = Budget.folder("commands");
    try (Commands commands = new Commands(folder.resolve("work"))) {
      Budget.spend(commands.readings(), folder);
    }
  }
}
