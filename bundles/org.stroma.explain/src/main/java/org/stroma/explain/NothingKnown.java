/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import java.util.Map;
import java.util.SortedMap;
import org.stroma.api.Prediction;
import org.stroma.api.TargetInfo;
import org.stroma.model.MainOutput;
import org.stroma.model.OutputNames;

/**
 * What a model is taken to say of a patient of whom nothing is known: the mean risk of its training patients, the log-odds of the share
 * that had the class or label, the mean of the number.
 *
 * @param statistics of the targets, by head
 * @param centre the mean risk of the training patients, by HEAD.NAME
 */
public record NothingKnown(SortedMap<String, TargetInfo> statistics, Map<String, Double> centre) {
  /** A share of none or all of some hundred patients is not known better. */
  private static final double RAREST = 0.001;

  /**
   * Of an output.
   *
   * @param asked the class that is asked about
   * @return NaN where the run does not tell it
   */
  double of(MainOutput output, int asked) {
    TargetInfo info = statistics.get(output.head());
    if (info instanceof TargetInfo.Classes classes) {
      return odds(classes.shares()[asked]);
    } else if (info instanceof TargetInfo.Labels labels) {
      int index = labels.names().isEmpty()
          ? Integer.parseInt(output.label())
          : labels.names().indexOf(output.label());
      return odds(labels.shares()[index]);
    } else if (info instanceof TargetInfo.Real number) {
      return number.mean();
    } else if (info instanceof TargetInfo.Count count) {
      return count.mean();
    }
    return centre.getOrDefault(OutputNames.of(output.head(), Prediction.RISK), Double.NaN);
  }

  private static double odds(double share) {
    double p = Math.max(RAREST, Math.min(1 - RAREST, share));
    return Math.log(p / (1 - p));
  }
}
