/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.jobs.internal;

import java.nio.file.Path;
import java.util.List;
import org.stroma.command.Progress;

/** What is done with experiments. */
interface Work {
  /** An experiment that has been read. */
  interface Planned {
    String name();

    /**
     * Runs it.
     *
     * @throws org.stroma.parts.FaultsException with {@code partMissing} when its parts do not start, before anything was done
     */
    void run(Path out, Progress progress);
  }

  /**
   * Reads it; its parts are not started.
   *
   * @throws org.stroma.parts.FaultsException with {@code partMissing} when all that is wrong is that parts are not installed
   */
  Planned read(Path file, List<String> overrides);

  /** Reads it and starts its parts, for nothing but to see that this can be done. Returns its name. */
  String check(Path file, List<String> overrides);
}
