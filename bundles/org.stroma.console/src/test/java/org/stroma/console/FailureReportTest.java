/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.InvalidPathException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.stroma.api.data.DataException;
import org.stroma.command.CancelledException;
import org.stroma.command.UsageException;
import org.stroma.extensions.Extension;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import picocli.CommandLine;

class FailureReportTest {
  private final Invocation invocation = new Invocation(
      new PrintStream(new ByteArrayOutputStream()),
      new PrintStream(new ByteArrayOutputStream()),
      false,
      false);

  private int code(Exception failure) {
    return FailureReport.explain(failure, invocation, Optional.empty(), "the log");
  }

  @Test
  void eachKindOfFailureHasItsExitCode() {
    List<Fault> faults = List.of(new Fault("/name", "is missing"));
    assertEquals(2, code(new FaultsException(faults, false)));
    assertEquals(4, code(new FaultsException(faults, true)));
    assertEquals(2, code(new UsageException("--out is there")));
    assertEquals(3, code(new DataException("a.csv is empty")));
    assertEquals(130, code(new CancelledException()));
    // a file that was being read when the user interrupted
    assertEquals(
        130, code(new DataException("a.csv cannot be read", new ClosedByInterruptException())));
    assertEquals(2, code(new InvalidPathException("a\0b", "Nul character not allowed")));
    assertEquals(2, code(new UncheckedIOException("a cannot be written", new IOException())));
    assertEquals(2, code(new IllegalStateException(new OutOfMemoryError("Java heap space"))));
    assertEquals(1, code(new IllegalStateException("a bug")));
  }

  @Test
  void faultsKeepTheirPlacesAndSeveralLinesAreSeveralSentences() {
    code(new FaultsException(
        List.of(new Fault("/name", "is missing"), new Fault("", "no cohort")), false));
    code(new UsageException(List.of("--seed is odd", "--out is there")));
    code(new DataException("a.csv, line 2: no number\na.csv, line 3: no number"));
    assertEquals(
        List.of(
            Map.entry("/name", "is missing"),
            Map.entry("", "no cohort"),
            Map.entry("", "--seed is odd"),
            Map.entry("", "--out is there"),
            Map.entry("", "a.csv, line 2: no number"),
            Map.entry("", "a.csv, line 3: no number")),
        invocation.faults());
  }

  @Test
  void whatPicocliHasWrappedIsUnwrapped() {
    assertEquals(
        3,
        code(new CommandLine.ExecutionException(
            new CommandLine(CommandLine.Model.CommandSpec.create()),
            "wrapped",
            new DataException("a.csv is empty"))));
    assertEquals("a.csv is empty", invocation.complaints());
  }

  @Test
  void aFaultOfAnExtensionBearsItsName() {
    Extension extension =
        new Extension("mine.jar", "example.mine 1.0.0", Extension.State.ACTIVE, "");
    FailureReport.explain(
        new IllegalStateException("a bug"), invocation, Optional.of(extension), "/x/stroma.log");
    code(new IllegalStateException("another"));
    assertTrue(
        invocation
            .complaints()
            .startsWith("this is a fault of extension mine.jar (example.mine 1.0.0): "),
        invocation.complaints());
    assertTrue(invocation.complaints().contains("(more in /x/stroma.log)"));
    assertTrue(invocation.complaints().contains("\nthis is a fault of ours: "));
  }

  @Test
  void aCharacterThatCannotBeShownIsNotShown() {
    assertEquals(
        "\"a?b\" can be no path here: Nul character not allowed",
        FailureReport.invalidPath(new InvalidPathException("a\0b", "Nul character not allowed")));
  }
}
