/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Transforms the values of a modality. Parameters are learned from training patients and kept as
 * named values.
 */
@ConsumerType
public interface Transform {
  /**
   * Learns from the training patients only.
   *
   * @return what was learned, stored with the run and passed to {@link #apply} at prediction
   * @throws DataException if the data cannot be transformed
   */
  Learned fit(ModalityData.Matrix training);

  /** Applies what was learned to any patients. */
  ModalityData.Matrix apply(Learned learned, ModalityData.Matrix data);

  /**
   * The vectors that data of another kind come to, where this is the first transform: the mean of
   * each bag, say. What is asked for again should be kept, as bags are read anew each time.
   *
   * @param data no vectors
   * @return empty where this transform takes vectors alone
   */
  default Optional<ModalityData.Matrix> vectors(ModalityData data) {
    return Optional.empty();
  }

  /**
   * What the user should know of what was learned, in words, such as that nothing is done to numbers
   * of this kind.
   *
   * @param learned as {@link #fit} gave it
   * @return empty for nothing
   */
  default Optional<String> told(Learned learned) {
    return Optional.empty();
  }
}
