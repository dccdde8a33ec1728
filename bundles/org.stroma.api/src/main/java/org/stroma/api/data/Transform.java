/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

import org.osgi.annotation.versioning.ConsumerType;

/** Changes the numbers of a modality. What it learns, it learns from training patients and keeps as named values. */
@ConsumerType
public interface Transform {
  /**
   * Learns from the training patients alone.
   *
   * @return what was learned, stored with the run and given to {@link #apply} again at prediction
   * @throws DataException when the data cannot be transformed
   */
  Learned fit(ModalityData.Matrix training);

  /** Applies what was learned to any patients. */
  ModalityData.Matrix apply(Learned learned, ModalityData.Matrix data);
}
