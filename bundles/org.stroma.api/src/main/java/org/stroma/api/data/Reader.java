/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

import org.osgi.annotation.versioning.ConsumerType;

/** Reads one modality. */
@ConsumerType
public interface Reader {
  /**
   * Reads the modality of all patients who have it.
   *
   * @throws DataException if the data cannot be used
   */
  ModalityData read(ReadContext context);
}
