/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.files;

/** Cells of CSV files that are written. */
public final class Csv {
  private Csv() {}

  /** A cell, quoted where it has to be (RFC 4180). */
  public static String quote(String text) {
    return text.matches("[^,\"\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
