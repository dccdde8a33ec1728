/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.launcher;

import java.nio.file.Path;
import java.util.List;

/**
 * The result of a command.
 *
 * @param code the outcome
 * @param files absolute paths of the files written: the run directory of {@code run}, the table
 *     of {@code predict}, the models of {@code export}; empty for commands that write nothing and
 *     for commands of other bundles, whose output tells
 * @param output everything printed as result, such as the metrics of {@code evaluate} (JSON) or
 *     a line per part
 * @param faults the errors, as sentences; empty on success
 */
public record Result(ExitCode code, List<Path> files, String output, List<Fault> faults) {
  /** Copies the lists. */
  public Result {
    files = List.copyOf(files);
    faults = List.copyOf(faults);
  }

  /**
   * An error.
   *
   * @param pointer JSON pointer (RFC 6901) into the experiment, such as
   *     {@code /training/epochs}; empty if it concerns no position
   * @param message what is wrong and what would be right
   */
  public record Fault(String pointer, String message) {
    /** The form of the command line. */
    @Override
    public String toString() {
      return pointer.isEmpty() ? message : pointer + ": " + message;
    }
  }

  /** Whether the command succeeded. */
  public boolean isDone() {
    return code == ExitCode.DONE;
  }
}
