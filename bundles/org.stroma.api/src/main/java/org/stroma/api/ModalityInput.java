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
 * One modality of a batch, as Stroma hands it to a part: {@link Vectors}, {@link Bags} or {@link Texts}. A part asks for
 * the kind that it takes, {@code input.bags().values()}; of another kind that call throws a sentence for the user. A part
 * that takes several kinds tells them apart with {@code instanceof}; more kinds may come.
 *
 * <p>B is the number of rows of the batch: patients, or their visits. The factories are for tests of parts, and for
 * pretext tasks, which change what an encoder sees.
 */
@ProviderType
public sealed interface ModalityInput {
  /** [B], 1 for rows that have the modality. */
  Operand<TFloat32> presence();

  /**
   * This, as one vector a row.
   *
   * @throws IllegalArgumentException if the modality is of another kind
   */
  Vectors vectors();

  /**
   * This, as a bag of vectors a row.
   *
   * @throws IllegalArgumentException if the modality is of another kind
   */
  Bags bags();

  /**
   * This, as texts.
   *
   * @throws IllegalArgumentException if the modality is of another kind
   */
  Texts texts();

  /** One vector a row, such as a row of a matrix. */
  @ProviderType
  sealed interface Vectors extends ModalityInput permits GivenInput.GivenVectors {
    /** [B, G]; zeros for rows without the modality, NaN for missing cells ({@link Encoder#takesMissingCells()}). */
    Operand<TFloat32> values();

    /** Other numbers [B, G] of the same rows. */
    Vectors withValues(Operand<TFloat32> values);
  }

  /** A bag of vectors a row, such as the patches of a slide. */
  @ProviderType
  sealed interface Bags extends ModalityInput permits GivenInput.GivenBags {
    /** [B, N, D], zeros on padding. */
    Operand<TFloat32> values();

    /** [B, N], 1 on elements, 0 on padding. */
    Operand<TFloat32> mask();

    /** Grid coordinates (column, row) of the elements [B, N, 2]; empty where they are unknown. */
    Optional<Operand<TInt32>> coordinates();

    /** Other numbers [B, N, D] of the same elements. */
    Bags withValues(Operand<TFloat32> values);

    /** The same elements behind another mask [B, N]. */
    Bags withMask(Operand<TFloat32> mask);
  }

  /** A text a row, which a tokenizer has made into ids. */
  @ProviderType
  sealed interface Texts extends ModalityInput permits GivenInput.GivenTexts {
    /** [B, L], from 0 to {@link #vocabularySize()} - 1; 0 is padding. */
    Operand<TInt32> ids();

    /** [B, L], 1 on tokens, 0 on padding. */
    Operand<TFloat32> mask();

    /** The number of token ids. */
    int vocabularySize();

    /** Other tokens [B, L] in the same places. */
    Texts withIds(Operand<TInt32> ids);

    /** The same tokens behind another mask [B, L]. */
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
   * Bags of vectors whose places are unknown.
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
