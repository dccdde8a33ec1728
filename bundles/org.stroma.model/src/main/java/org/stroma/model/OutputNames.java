/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import org.stroma.api.Prediction;

/** The names of what models give, in files and from class to class. */
public final class OutputNames {
  private OutputNames() {}

  /** HEAD.NAME: a prediction of patients. */
  public static String of(String head, Prediction prediction) {
    return head + "." + prediction;
  }

  /** Whether HEAD.NAME is that prediction of whatever head. */
  public static boolean is(String name, Prediction prediction) {
    return name.endsWith("." + prediction);
  }

  /** heads/HEAD/NAME: a prediction of patches, which is an auxiliary output. */
  public static String ofPatches(String head, Prediction prediction) {
    return "heads/" + head + "/" + prediction;
  }
}
