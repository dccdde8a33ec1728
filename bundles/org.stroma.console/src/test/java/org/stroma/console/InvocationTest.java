/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InvocationTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private Invocation invocation(boolean console) {
    return new Invocation(new PrintStream(out, true), new PrintStream(err, true), console, false);
  }

  @Test
  void headlessAResultIsPrintedALineEachAndItsFilesAreKept() {
    Invocation invocation = invocation(false);
    invocation.give(List.of(Path.of("/a"), Path.of("b")));
    invocation.give("text");
    assertEquals(String.format("/a%nb%ntext%n"), out.toString());
    assertEquals(List.of(Path.of("/a"), Path.of("b").toAbsolutePath()), invocation.files());
    assertNull(invocation.value());
  }

  @Test
  void atTheConsoleAResultIsAValueAndNothingIsPrinted() {
    Invocation invocation = invocation(true);
    invocation.give(List.of(1, 2));
    assertEquals(List.of(1, 2), invocation.value());
    assertEquals("", out.toString());
  }

  @Test
  void whatIsWrongIsSaidAndKeptWithItsPlace() {
    Invocation invocation = invocation(false);
    assertEquals("it failed", invocation.complaints(), "there is always something to say");
    invocation.complain("/training/epochs", "is -1");
    invocation.complain("no such file");
    assertEquals(
        String.format("stroma: /training/epochs: is -1%nstroma: no such file%n"), err.toString());
    assertEquals(
        List.of(Map.entry("/training/epochs", "is -1"), Map.entry("", "no such file")),
        invocation.faults());
    assertEquals("/training/epochs: is -1\nno such file", invocation.complaints());
  }

  @Test
  void aProgressLineOnATerminalIsTakenAwayBeforeAnythingElseIsSaid() {
    Invocation invocation =
        new Invocation(new PrintStream(out, true), new PrintStream(err, true), false, true);
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < 150_000_000L) {
      Thread.onSpinWait();
    }
    invocation.progress().at("epoch 1");
    invocation.complain("interrupted");
    assertEquals("\repoch 1\r       \r" + String.format("stroma: interrupted%n"), err.toString());
  }
}
