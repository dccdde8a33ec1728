/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** The cohort that is split. */
@ProviderType
public interface SplitInput {
  /** The patients that can take part, in the order of the table: sort them before anything is drawn. */
  List<String> patients();

  /**
   * What the table says of a patient in a column, without blanks around it; empty where it says nothing.
   *
   * @throws DataException for a column that is not there, or of which the patient's visits say different things
   */
  String cell(String patient, String column);

  /**
   * The stratum of a patient by a target: whether the event was seen, or the class; {@code "unknown"} where the target is not known.
   *
   * @param stratify {@code TARGET.event} of a survival target or the name of a class target; empty for one stratum of all
   * @throws IllegalArgumentException for a target that is not there
   */
  String stratum(String patient, String stratify);

  /** A seed for everything that is drawn; another one in each repeat. */
  long seed();

  /** The number of the repeat, from 0. */
  int repeat();

  /** The table, where paths of the experiment start, and whom to tell what the user should know. */
  ReadContext files();
}
