/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

import java.util.List;

/**
 * Data that are not there at all: no such file, no such column, a file without a row. Training needs them; patients of a
 * new cohort may all lack a modality, and are predicted without it.
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
