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
}
