/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts.internal;

/** Filters of services (OSGi Core 3.2.7). */
final class Filters {
  private Filters() {}

  /** An element of a filter, for any value. */
  static String equal(String key, String value) {
    return "(" + key + "=" + value.replaceAll("([\\\\*()])", "\\\\$1") + ")";
  }

  /** Services with a slot that belong to an experiment. */
  static String partsOf(String experiment) {
    return "(&" + equal(WiredPartsComponent.EXPERIMENT, experiment) + "(" + WiredPartsComponent.SLOT
        + "=*))";
  }
}
