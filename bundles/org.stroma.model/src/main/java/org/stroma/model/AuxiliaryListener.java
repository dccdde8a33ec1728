/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.util.Map;
import org.stroma.dataset.BatchPlan;

/** Hears what a model computes beside its predictions: attention, progression, classes of patches. */
public interface AuxiliaryListener {
  /**
   * The auxiliary outputs of one batch.
   *
   * @param plan the rows of the batch
   */
  void outputs(BatchPlan plan, Map<AuxiliaryName, AuxiliaryOutput> outputs);
}
