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
 * A task without labels for self-supervised pretraining of the encoder of one modality, or of
 * several at once, such as slide-gene contrast.
 */
@ConsumerType
public interface Pretext {
  /** An encoder being trained. Each call builds it again with the same variables. */
  @ProviderType
  interface Trained {
    /**
     * Encodes a batch.
     *
     * @param view name of the view: dropout and other randomness are drawn independently for
     *     each view
     */
    Encoding encode(String view, ModalityInput input);
  }

  /**
   * Builds the loss of the task: a finite scalar for every batch. A batch without information gives
   * zero with zero gradient. Rows without a modality must not contribute to its loss.
   *
   * @param net where to build the task's own layers, such as a projection head; they are
   *     discarded after pretraining
   * @param inputs by modality, at least one
   * @param encoders by modality, for the same modalities
   * @throws IllegalArgumentException if the task does not support the modalities; the message
   *     is a sentence for the user
   */
  Operand<TFloat32> loss(
      Net net, SortedMap<String, ModalityInput> inputs, SortedMap<String, Trained> encoders);

  /**
   * The name of the only modality, for tasks that take one.
   *
   * @throws IllegalArgumentException if there is not exactly one
   */
  static String only(SortedMap<String, ModalityInput> inputs) {
    if (inputs.size() != 1) {
      throw new IllegalArgumentException("the task takes one modality, and is given "
          + inputs.size() + ": " + String.join(", ", inputs.keySet()));
    }
    return inputs.firstKey();
  }
}
