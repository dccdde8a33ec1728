/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.List;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/** Models that a run is compared with: what can be reached without a network, on the same folds. */
@ConsumerType
public interface Baseline {
  /** The kinds of targets that it takes; it is fitted for every head of such a target. */
  Set<TargetKind> targets();

  /**
   * Fits models to the training patients of a fold and predicts all patients. It follows from the input alone. Whatever is chosen is
   * chosen by training patients: the input has the targets of nobody else, and what is said of a patient does not hang on who else is
   * predicted (the same patients may be there several times, with other data).
   *
   * @return one or more, each with a name that is the same in every fold and for every head. What cannot be fitted for good reasons is
   *     told by {@link BaselineModel#undefined}, never an exception
   */
  List<BaselineModel> fit(BaselineInput input);
}
