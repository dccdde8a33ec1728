/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * One modality of a batch.
 *
 * @param values numbers: [B, G] for vectors, [B, N, D] for sequences of vectors; null for text
 * @param ids token ids [B, L]; null unless the modality is text. 0 is padding
 * @param mask [B, N] (or [B, L]), 1 on elements, 0 on padding; null for vectors
 * @param coordinates grid coordinates (column, row) of patches [B, N, 2]; null where there are none
 * @param presence [B], 1 for patients who have the modality
 * @param vocabularySize the number of token ids for text, else 0
 */
public record ModalityInput(
    Operand<TFloat32> values,
    Operand<TInt32> ids,
    Operand<TFloat32> mask,
    Operand<TInt32> coordinates,
    Operand<TFloat32> presence,
    int vocabularySize) {

  /** Vectors [B, G]. */
  public static ModalityInput vectors(Operand<TFloat32> values, Operand<TFloat32> presence) {
    return new ModalityInput(values, null, null, null, presence, 0);
  }

  /** Bags of vectors [B, N, D], with grid coordinates [B, N, 2] or null. */
  public static ModalityInput bags(
      Operand<TFloat32> values,
      Operand<TFloat32> mask,
      Operand<TInt32> coordinates,
      Operand<TFloat32> presence) {
    return new ModalityInput(values, null, mask, coordinates, presence, 0);
  }

  /** Texts as token ids [B, L]. */
  public static ModalityInput texts(
      Operand<TInt32> ids, Operand<TFloat32> mask, Operand<TFloat32> presence, int vocabularySize) {
    return new ModalityInput(null, ids, mask, null, presence, vocabularySize);
  }

  /** This, for an encoder that takes one vector a patient. */
  public ModalityInput requireVectors() {
    return require(
        values != null && mask == null, "one vector a patient, such as a row of a matrix");
  }

  /** This, for an encoder that takes a bag of vectors a patient. */
  public ModalityInput requireBags() {
    return require(
        values != null && mask != null,
        "a bag of vectors a patient, such as the patches of a slide");
  }

  /** This, for an encoder that takes texts. */
  public ModalityInput requireTexts() {
    return require(ids != null, "texts that a tokenizer has made into ids");
  }

  private ModalityInput require(boolean holds, String wanted) {
    if (!holds) {
      String given = ids != null ? "texts" : mask != null ? "bags of vectors" : "vectors";
      throw new IllegalArgumentException(
          "the encoder takes " + wanted + "; the modality gives " + given);
    }
    return this;
  }
}
