/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Implementations of {@link ModalityInput}. */
final class GivenInput {
  private GivenInput() {}

  private static IllegalArgumentException refusal(String wanted, String given) {
    return new IllegalArgumentException(
        "the encoder takes " + wanted + "; the modality gives " + given);
  }

  private static IllegalArgumentException noVectors(String given) {
    return refusal("one vector a patient, such as a row of a matrix", given);
  }

  private static IllegalArgumentException noBags(String given) {
    return refusal("a bag of vectors a patient, such as the patches of a slide", given);
  }

  private static IllegalArgumentException noTexts(String given) {
    return refusal("texts that a tokenizer has made into ids", given);
  }

  record GivenVectors(Operand<TFloat32> values, Operand<TFloat32> presence)
      implements ModalityInput.Vectors {
    GivenVectors {
      requireNonNull(values, "values");
      requireNonNull(presence, "presence");
    }

    @Override
    public Vectors vectors() {
      return this;
    }

    @Override
    public Bags bags() {
      throw noBags("vectors");
    }

    @Override
    public Texts texts() {
      throw noTexts("vectors");
    }

    @Override
    public Vectors withValues(Operand<TFloat32> others) {
      return new GivenVectors(others, presence);
    }
  }

  record GivenBags(
      Operand<TFloat32> values,
      Operand<TFloat32> mask,
      Optional<Operand<TInt32>> coordinates,
      Operand<TFloat32> presence)
      implements ModalityInput.Bags {
    GivenBags {
      requireNonNull(values, "values");
      requireNonNull(mask, "mask");
      requireNonNull(presence, "presence");
    }

    @Override
    public Vectors vectors() {
      throw noVectors("bags of vectors");
    }

    @Override
    public Bags bags() {
      return this;
    }

    @Override
    public Texts texts() {
      throw noTexts("bags of vectors");
    }

    @Override
    public Bags withValues(Operand<TFloat32> others) {
      return new GivenBags(others, mask, coordinates, presence);
    }

    @Override
    public Bags withMask(Operand<TFloat32> other) {
      return new GivenBags(values, other, coordinates, presence);
    }
  }

  record GivenTexts(
      Operand<TInt32> ids, Operand<TFloat32> mask, Operand<TFloat32> presence, int vocabularySize)
      implements ModalityInput.Texts {
    GivenTexts {
      requireNonNull(ids, "ids");
      requireNonNull(mask, "mask");
      requireNonNull(presence, "presence");
    }

    @Override
    public Vectors vectors() {
      throw noVectors("texts");
    }

    @Override
    public Bags bags() {
      throw noBags("texts");
    }

    @Override
    public Texts texts() {
      return this;
    }

    @Override
    public Texts withIds(Operand<TInt32> others) {
      return new GivenTexts(others, mask, presence, vocabularySize);
    }

    @Override
    public Texts withMask(Operand<TFloat32> other) {
      return new GivenTexts(ids, other, presence, vocabularySize);
    }
  }
}
