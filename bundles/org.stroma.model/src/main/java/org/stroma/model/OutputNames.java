/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import org.stroma.api.Prediction;

/** The names of what heads predict: HEAD.NAME of patients, and the names of details of patches. */
public final class OutputNames {
  private static final String HEADS = "heads/";

  private OutputNames() {}

  /** HEAD.NAME: the key of a prediction of patients, in files too. */
  public static String of(String head, Prediction prediction) {
    return head + "." + prediction;
  }

  /** Whether HEAD.NAME is that prediction, of whatever head. */
  public static boolean is(String name, Prediction prediction) {
    return name.endsWith("." + prediction);
  }

  /** The name of the detail that is a prediction of patches. */
  public static String ofPatches(String head, Prediction prediction) {
    return HEADS + head + "/" + prediction;
  }

  /** Whether a detail is a prediction of patches. */
  static boolean isOfPatches(String detail) {
    return detail.startsWith(HEADS);
  }

  /** HEAD.NAME of a prediction of patches. */
  static String exported(String detail) {
    return detail.substring(HEADS.length()).replace('/', '.');
  }
}
