/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.SortedMap;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * A task without labels, for self-supervised pretraining of the encoder of one modality, or of several at once, such as the
 * contrast of slides and genes.
 */
@ConsumerType
public interface Pretext {
  /** An encoder that is trained. Every call builds it again over the same variables. */
  @ProviderType
  interface Trained {
    /**
     * Encodes a batch.
     *
     * @param view a name: dropout and whatever else is random is drawn anew for each view
     */
    Encoding encode(String view, ModalityInput input);
  }

  /**
   * Builds the task's loss: a finite scalar for every batch, zero with zero gradient for a batch that it can learn nothing
   * from. Rows without a modality take no part in what is told of it.
   *
   * @param net where the task's own layers are built, such as a projection head; they are not kept
   * @param inputs by modality, at least one
   * @param encoders those of the same modalities
   * @throws IllegalArgumentException for modalities that the task is not for, in a sentence
   */
  Operand<TFloat32> loss(
      Net net, SortedMap<String, ModalityInput> inputs, SortedMap<String, Trained> encoders);

  /**
   * The name of the only modality, for tasks that take one.
   *
   * @throws IllegalArgumentException if there are several, in a sentence
   */
  static String only(SortedMap<String, ModalityInput> inputs) {
    if (inputs.size() != 1) {
      throw new IllegalArgumentException("the task takes one modality, and is given "
          + inputs.size() + ": " + String.join(", ", inputs.keySet()));
    }
    return inputs.firstKey();
  }
}
