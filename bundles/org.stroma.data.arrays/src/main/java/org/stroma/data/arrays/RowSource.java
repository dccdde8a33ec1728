/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.FloatBuffer;
import java.nio.file.Path;

/** A matrix in a file whose rows are read on demand. Thread-safe. */
interface RowSource {
  Path file();

  int count();

  int width();

  /** Copies rows to the target at its position and advances it. */
  void read(RowSelection rows, FloatBuffer target);
}
