/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.FloatBuffer;
import java.nio.file.Path;

/** A matrix in a file, read row by row when it is wanted. Safe for several threads. */
interface Rows {
  Path file();

  int count();

  int width();

  /** Copies rows to the target's position on, and moves it behind them. */
  void read(Wanted rows, FloatBuffer target);
}
