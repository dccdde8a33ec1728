/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

import java.util.List;
import java.util.Map;
import org.stroma.run.RunReader;

/**
 * What a run left.
 *
 * @param reader of its files
 * @param seen what each fold's models know of its test patients
 * @param siblings other runs that were judged by the same test folds
 */
record Results(RunReader reader, List<Seen> seen, List<Sibling> siblings) {
  /**
   * Test patients of a fold whom its models have seen before.
   *
   * @param labelled with their targets
   * @param unlabelled without
   * @param complete whether all whom the models have seen are known
   */
  record Seen(
      int repeat, int fold, List<String> labelled, List<String> unlabelled, boolean complete) {}

  /**
   * Another run beside this one.
   *
   * @param name of its directory
   * @param metrics means over its test folds, as HEAD.METRIC
   */
  record Sibling(String name, Map<String, Double> metrics) {}
}
