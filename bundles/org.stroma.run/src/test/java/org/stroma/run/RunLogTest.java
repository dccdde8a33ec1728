/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CyclicBarrier;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLogTest {
  private static final Logger LOG = Logger.getLogger("test");

  @TempDir
  private Path folder;

  /** A run that logs when all others are open, itself and through a thread that it makes. */
  private Thread run(String name, CyclicBarrier together) {
    Thread thread = new Thread(() -> {
      try (RunLog log = new RunLog(folder.resolve(name))) {
        together.await();
        LOG.info(name + " speaks");
        Thread helper = new Thread(() -> LOG.info(name + "'s helper speaks"));
        helper.start();
        helper.join();
        together.await();
        together.await();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    });
    thread.start();
    return thread;
  }

  @Test
  void experimentsThatRunAtOnceHaveTheirOwnLogs() throws Exception {
    CyclicBarrier together = new CyclicBarrier(3);
    Thread a = run("a", together);
    Thread b = run("b", together);
    together.await();
    together.await();
    LOG.info("the framework speaks");
    together.await();
    a.join();
    b.join();
    for (String name : new String[] {"a", "b"}) {
      String log = Files.readString(folder.resolve(name).resolve("stroma.log"));
      String other = name.equals("a") ? "b" : "a";
      assertTrue(log.contains(name + " speaks") && log.contains(name + "'s helper speaks"), log);
      assertTrue(
          log.contains("the framework speaks"), "what belongs to nobody may matter to all: " + log);
      assertEquals(-1, log.indexOf(other + " speaks"), log);
      assertEquals(-1, log.indexOf(other + "'s helper"), log);
    }
  }

  @Test
  void theNextRunOfAThreadHasAllOfItsOwn() throws Exception {
    try (RunLog first = new RunLog(folder.resolve("first"))) {
      LOG.info("one");
    }
    try (RunLog second = new RunLog(folder.resolve("second"))) {
      LOG.info("two");
    }
    assertTrue(Files.readString(folder.resolve("second/stroma.log")).contains("two"));
    assertEquals(-1, Files.readString(folder.resolve("first/stroma.log")).indexOf("two"));
  }
}
