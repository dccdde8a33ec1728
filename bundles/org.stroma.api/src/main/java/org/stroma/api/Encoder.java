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
}
