/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.run;

import java.nio.file.Path;
import org.stroma.api.data.DataException;

/** Numbers in our own tables. */
final class Cells {
  private Cells() {}

  static double number(Path file, String column, String cell) {
    try {
      return Double.parseDouble(cell);
    } catch (NumberFormatException e) {
      throw new DataException(
          file + ": column " + column + " holds \"" + cell + "\", which is no number", e);
    }
  }
}
