/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

import java.util.List;

/**
 * Thrown if data do not exist at all: no such file, no such column, a file without rows. Training
 * needs them; the patients of a new cohort may all lack a modality and are then predicted without
 * it.
 */
public final class AbsentDataException extends DataException {
  private static final long serialVersionUID = 1L;

  /** @param message one sentence for the user */
  public AbsentDataException(String message) {
    super(message);
  }

  AbsentDataException(List<String> sentences, int count) {
    super(sentences, count);
  }
}
