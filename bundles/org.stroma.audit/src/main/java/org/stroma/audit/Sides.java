/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

import java.util.List;

/** Who is on which side of a fold, as somebody wrote it: nothing is checked. */
record Sides(
    int repeat, int fold, List<String> training, List<String> validation, List<String> test) {
  /** For people; counts from 0 as all files do. */
  String place() {
    return "repeat " + repeat + " fold " + fold;
  }
}
