/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** A task without labels, for self-supervised pretraining of the encoder of one modality. */
@ConsumerType
public interface Pretext {
  /** The encoder that is trained. Every call builds it again over the same variables. */
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
   * from. Rows without the modality take no part.
   *
   * @param net where the task's own layers are built, such as a projection head; they are not kept
   * @throws IllegalArgumentException for a modality that the task is not for, in a sentence
   */
  Operand<TFloat32> loss(Net net, ModalityInput input, Trained encoder);
}
