/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import org.stroma.api.Prediction;

/** The names of what heads predict: HEAD.NAME. */
public final class OutputNames {
  private OutputNames() {}

  /** HEAD.NAME: the key of a prediction of patients, in files too. */
  public static String of(String head, Prediction prediction) {
    return head + "." + prediction;
  }

  /** Whether HEAD.NAME is that prediction, of whatever head. */
  public static boolean is(String name, Prediction prediction) {
    return name.endsWith("." + prediction);
  }
}
