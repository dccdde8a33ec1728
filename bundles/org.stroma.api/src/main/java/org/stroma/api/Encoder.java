/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import org.osgi.annotation.versioning.ConsumerType;
import org.stroma.nn.Net;

/** Turns one modality of a batch of patients into one vector a patient, and tokens where it has any. */
@ConsumerType
public interface Encoder {
  /**
   * Builds the encoder.
   *
   * @param net where to build; {@link Net#embedDim()} is the width wanted
   * @param input the modality's batch. Rows of patients without the modality hold zeros: they must not influence other
   *     rows, and what comes out for them is ignored
   * @return [B, d] and whatever else the encoder has
   */
  Encoding encode(Net net, ModalityInput input);

  /**
   * An estimate of the memory that encoding one bag takes at inference beyond a few times its own numbers, such as the
   * weights of self-attention, N x N a head. It is asked before training: evaluation sees whole bags, and one that does not
   * fit is refused at the start.
   *
   * @param elements N, the elements of a bag
   * @return bytes; 0 where memory grows with N alone
   */
  default long memory(long elements) {
    return 0;
  }

  /**
   * Whether the encoder takes missing cells: vectors that it gets then hold NaN where a patient who has the modality has no
   * value. Without, a missing cell that no transform fills ends the experiment with a sentence. Pretext tasks never get any.
   *
   * <p>A NaN must not meet arithmetic, not even behind a mask: 0 times NaN is NaN, and so is the gradient of a choice that
   * did not take it. Cells are therefore replaced first, and everything is computed with what replaced them:
   *
   * <pre>{@code
   * Operand<TBool> missing = tf.math.isNan(values);
   * Operand<TFloat32> x = tf.select(missing, tf.zerosLike(values), values);
   * }</pre>
   */
  default boolean takesMissingCells() {
    return false;
  }
}
