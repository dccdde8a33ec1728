/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

/**
 * How a cohort is split.
 *
 * @param type {@code k-fold}, {@code files} or {@code column}
 * @param folds how many
 * @param stratify {@code TARGET.event}, the name of a class target, or empty
 * @param group a column whose patients stay together, such as the site; or empty
 * @param groupPattern a regular expression whose first group is taken of that column; or empty
 * @param path template of the files, with {@code {fold}} from 0
 * @param column the column with train, val and test
 * @param repeats how often k-fold is done anew
 */
public record SplitSettings(
    String type,
    int folds,
    String stratify,
    String group,
    String groupPattern,
    String path,
    String column,
    int repeats) {

  /** Stratified k-fold. */
  public static SplitSettings kFold(int folds, String stratify, int repeats) {
    return new SplitSettings("k-fold", folds, stratify, "", "", "", "", repeats);
  }
}
