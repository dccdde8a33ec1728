/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.run;

import java.io.IOException;
import java.io.OutputStream;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A document that is made from a finished run directory and lies in it; an OSGi service. It is written at the end of every run, when
 * all other files are there. One that fails is a warning in the run's log and on the screen.
 */
@ConsumerType
public interface RunDocument {
  /** The name of its file, such as {@code report.html}. */
  String fileName();

  /**
   * Writes it.
   *
   * @param run a pretraining too
   * @param out becomes the file when this returns
   */
  void write(RunReader run, OutputStream out) throws IOException;
}
