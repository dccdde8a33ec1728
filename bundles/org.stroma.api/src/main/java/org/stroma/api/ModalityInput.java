/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * One modality of a batch as input of a part: {@link Vectors}, {@link Bags} or {@link Texts}. A
 * part requests the kind that it takes, as in {@code input.bags().values()}; for another kind this
 * throws with a sentence for the user. A part that takes several kinds distinguishes them with
 * {@code instanceof}; more kinds may be added.
 *
 * <p>B is the number of rows of the batch: patients, or their visits. The factory methods are for
 * tests of parts, and for pretext tasks, which change what an encoder sees.
 */
@ProviderType
public sealed interface ModalityInput {
  /** [B], 1 for rows that have the modality. */
  Operand<TFloat32> presence();

  /**
   * This input as one vector per row.
   *
   * @throws IllegalArgumentException if the modality is of another kind
   */
  Vectors vectors();

  /**
   * This input as a bag of vectors per row.
   *
   * @throws IllegalArgumentException if the modality is of another kind
   */
  Bags bags();

  /**
   * This input as texts.
   *
   * @throws IllegalArgumentException if the modality is of another kind
   */
  Texts texts();

  /** One vector per row, such as a row of a matrix. */
  @ProviderType
  sealed interface Vectors extends ModalityInput permits GivenInput.GivenVectors {
    /**
     * [B, G]; zeros for rows without the modality, NaN for missing cells
     * ({@link Encoder#takesMissingCells()}).
     */
    Operand<TFloat32> values();

    /** A copy with other values [B, G]. */
    Vectors withValues(Operand<TFloat32> values);
  }

  /** A bag of vectors per row, such as the patches of a slide. */
  @ProviderType
  sealed interface Bags extends ModalityInput permits GivenInput.GivenBags {
    /** [B, N, D], zeros on padding. */
    Operand<TFloat32> values();

    /** [B, N], 1 on elements, 0 on padding. */
    Operand<TFloat32> mask();

    /** Grid coordinates (column, row) of the elements [B, N, 2]; empty if unknown. */
    Optional<Operand<TInt32>> coordinates();

    /** A copy with other values [B, N, D] of the same elements. */
    Bags withValues(Operand<TFloat32> values);

    /** A copy with another mask [B, N]. */
    Bags withMask(Operand<TFloat32> mask);
  }

  /** A text per row, as token ids. */
  @ProviderType
  sealed interface Texts extends ModalityInput permits GivenInput.GivenTexts {
    /** [B, L], from 0 to {@link #vocabularySize()} - 1; 0 is padding. */
    Operand<TInt32> ids();

    /** [B, L], 1 on tokens, 0 on padding. */
    Operand<TFloat32> mask();

    /** The number of token ids. */
    int vocabularySize();

    /** A copy with other token ids [B, L] at the same positions. */
    Texts withIds(Operand<TInt32> ids);

    /** A copy with another mask [B, L]. */
    Texts withMask(Operand<TFloat32> mask);
  }

  /**
   * Vectors.
   *
   * @param values [B, G]
   * @param presence [B]
   */
  static Vectors vectors(Operand<TFloat32> values, Operand<TFloat32> presence) {
    return new GivenInput.GivenVectors(values, presence);
  }

  /**
   * Bags of vectors without coordinates.
   *
   * @param values [B, N, D]
   * @param mask [B, N]
   * @param presence [B]
   */
  static Bags bags(Operand<TFloat32> values, Operand<TFloat32> mask, Operand<TFloat32> presence) {
    return new GivenInput.GivenBags(values, mask, Optional.empty(), presence);
  }

  /**
   * Bags of vectors on a grid.
   *
   * @param values [B, N, D]
   * @param mask [B, N]
   * @param coordinates (column, row) [B, N, 2]
   * @param presence [B]
   */
  static Bags bags(
      Operand<TFloat32> values,
      Operand<TFloat32> mask,
      Operand<TInt32> coordinates,
      Operand<TFloat32> presence) {
    return new GivenInput.GivenBags(values, mask, Optional.of(coordinates), presence);
  }

  /**
   * Texts.
   *
   * @param ids [B, L]
   * @param mask [B, L]
   * @param presence [B]
   * @param vocabularySize the number of token ids
   */
  static Texts texts(
      Operand<TInt32> ids, Operand<TFloat32> mask, Operand<TFloat32> presence, int vocabularySize) {
    return new GivenInput.GivenTexts(ids, mask, presence, vocabularySize);
  }
}
