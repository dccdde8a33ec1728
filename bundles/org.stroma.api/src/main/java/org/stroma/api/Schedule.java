/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import org.osgi.annotation.versioning.ConsumerType;

/** How the learning rate changes from epoch to epoch. */
@ConsumerType
public interface Schedule {
  /**
   * The factor on the optimizer's learning rate.
   *
   * @param epoch from 0
   * @param epochs how many there are in all
   * @return between 0 and 1
   */
  double factor(int epoch, int epochs);
}
