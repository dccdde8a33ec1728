/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.launcher;

import java.nio.file.Path;
import java.util.List;

/**
 * What a command came to.
 *
 * @param code how it ended
 * @param files what it has written, absolute, as far as it tells: the run directory of {@code run}, the table of {@code predict},
 *     the models of {@code export}; empty for commands that write nothing and for those of other bundles, whose output tells
 * @param output all that it printed as its result, such as the metrics of {@code evaluate} (JSON) or a line for each part
 * @param faults what is wrong, in sentences; empty when it is done
 */
public record Result(ExitCode code, List<Path> files, String output, List<Fault> faults) {
  /** Takes copies of the lists. */
  public Result {
    files = List.copyOf(files);
    faults = List.copyOf(faults);
  }

  /**
   * One thing that is wrong.
   *
   * @param pointer JSON pointer (RFC 6901) into the experiment, such as {@code /training/epochs}; empty where it is about none of
   *     its places
   * @param message what is wrong and what would be right
   */
  public record Fault(String pointer, String message) {
    /** As the command line says it. */
    @Override
    public String toString() {
      return pointer.isEmpty() ? message : pointer + ": " + message;
    }
  }

  /** Whether the command did what it was to do. */
  public boolean isDone() {
    return code == ExitCode.DONE;
  }
}
