/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

/** A training step in which something was no number (NaN or infinite); no weight was changed by it. */
public final class NotANumberException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String pointer;

  /**
   * Something was no number.
   *
   * @param pointer of the part that made it, in the experiment
   * @param sentence which part made what of which patients
   */
  NotANumberException(String pointer, String sentence) {
    super(sentence);
    this.pointer = pointer;
  }

  /** The part that made it, as a JSON pointer into the experiment. */
  public String pointer() {
    return pointer;
  }
}
