/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import org.osgi.annotation.versioning.ConsumerType;
import org.stroma.nn.Net;

/**
 * Encodes one modality of a batch of patients: one vector per patient, and tokens if the modality
 * has elements.
 */
@ConsumerType
public interface Encoder {
  /**
   * Builds the encoder.
   *
   * @param net where to build; {@link Net#embedDim()} is the output width d
   * @param input the batch of the modality. Rows without the modality hold zeros: they must not
   *     influence other rows, and their output is ignored
   * @return the embedding [B, d] and, optionally, tokens, attention and further values
   */
  Encoding encode(Net net, ModalityInput input);

  /**
   * Estimates the memory for encoding one bag at inference beyond a small multiple of the input,
   * such as for the weights of self-attention (N x N per head). Used before training: evaluation
   * sees whole bags, and one that would not fit is refused at the start.
   *
   * @param elements N, the number of elements of the bag
   * @return bytes; 0 if memory grows only linearly with N
   */
  default long memory(long elements) {
    return 0;
  }

  /**
   * Whether the encoder accepts missing cells. Vectors then contain NaN where a patient who has the
   * modality lacks a value. If false, a missing cell that no transform fills ends the experiment with
   * a message. Pretext tasks never receive missing cells.
   *
   * <p>A NaN must not enter arithmetic, not even masked: 0 times NaN is NaN, and so is the gradient of
   * the branch that a select did not take. Replace the cells first, and compute everything with the
   * replaced values:
   *
   * <pre>{@code
   * Operand<TBool> missing = tf.math.isNan(values);
   * Operand<TFloat32> x = tf.select(missing, tf.zerosLike(values), values);
   * }</pre>
   */
  default boolean takesMissingCells() {
    return false;
  }

  /**
   * Estimates the memory that a training step takes for one bag: what is kept for the way back, and what the way back works on.
   * A step that would not fit is refused before anything is trained.
   *
   * @param elements N, the number of elements of the bag
   * @param embedDim d
   * @return bytes; by default those of eight activations an element beside {@link #memory}
   */
  default long stepMemory(long elements, int embedDim) {
    return 8L * Float.BYTES * embedDim * elements + memory(elements);
  }
}
