/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.InvalidPathException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stroma.api.data.DataException;
import org.stroma.command.CancelledException;
import org.stroma.command.ExitCode;
import org.stroma.command.Memory;
import org.stroma.command.UsageException;
import org.stroma.extensions.Extension;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import picocli.CommandLine;

/** Converts failures of commands to sentences for the user and exit codes. */
final class FailureReport {
  private static final Logger LOG = LoggerFactory.getLogger(FailureReport.class);

  private FailureReport() {}

  /** The sentences of a failure. */
  static List<String> sentences(Throwable e) {
    return e instanceof FaultsException faults
        ? faults.faults().stream().map(Fault::toString).toList()
        : String.valueOf(e.getMessage()).lines().toList();
  }

  /** The message for an invalid path; Java's reason names the character. */
  static String invalidPath(InvalidPathException e) {
    return "\"" + e.getInput().replaceAll("\\p{Cntrl}", "?") + "\" can be no path here: "
        + e.getReason();
  }

  /** A file that is being read when the user interrupts cannot be read any further. */
  private static boolean interrupted(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ClosedByInterruptException) {
        return true;
      }
    }
    return false;
  }

  /**
   * Reports a failure and returns its exit code.
   *
   * @param culprit the extension whose code failed, if known
   * @param log location of the log, for the message
   */
  static int explain(
      Exception failure, Invocation invocation, Optional<Extension> culprit, String log) {
    // picocli wraps Errors
    Throwable e = failure instanceof CommandLine.ExecutionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
    if (e instanceof FaultsException faults) {
      faults.faults().forEach(fault -> invocation.complain(fault.pointer(), fault.message()));
      return faults.partMissing() ? ExitCode.PART_MISSING.number() : ExitCode.WRONG_USE.number();
    }
    if (e instanceof UsageException usage) {
      usage.sentences().forEach(invocation::complain);
      return ExitCode.WRONG_USE.number();
    }
    if (interrupted(e)) {
      invocation.complain(new CancelledException().getMessage());
      return ExitCode.INTERRUPTED.number();
    }
    if (e instanceof DataException) {
      sentences(e).forEach(invocation::complain);
      return ExitCode.UNUSABLE_DATA.number();
    }
    if (e instanceof CancelledException) {
      invocation.complain(e.getMessage());
      return ExitCode.INTERRUPTED.number();
    }
    Optional<String> memory = Memory.sentence(e);
    if (memory.isPresent()) {
      LOG.error("there is not enough memory", e);
      invocation.complain(memory.get());
      return ExitCode.WRONG_USE.number();
    }
    if (e instanceof InvalidPathException path) {
      LOG.error("a path cannot be one", e);
      invocation.complain(invalidPath(path));
      return ExitCode.WRONG_USE.number();
    }
    if (e instanceof UncheckedIOException) {
      LOG.error("a file cannot be read or written", e);
      invocation.complain(e.getMessage());
      return ExitCode.WRONG_USE.number();
    }
    LOG.error("a command failed", e);
    invocation.complain("this is a fault of "
        + culprit.map(x -> "extension " + x.file() + " (" + x.bundle() + ")").orElse("ours") + ": "
        + e + " (more in " + log + ")");
    return ExitCode.OUR_FAULT.number();
  }
}
