/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * How one epoch of one model went.
 *
 * @param epoch from 0
 * @param loss the objective, mean over the batches
 * @param losses its terms by name, which add up to it: each loss of the experiment as HEAD.TYPE, weighted; each pretext task as
 *     MODALITY.TYPE; what parts added, by scope and name
 * @param gradientNorm global norm of the gradients before clipping, mean over the batches
 * @param learningRateFactor the schedule's, in the last step
 * @param learningRate the optimizer's rate times that factor; null where the optimizer has no setting of that name
 * @param seconds how long it took
 */
@ProviderType
public record Epoch(
    int epoch,
    double loss,
    Map<String, Double> losses,
    double gradientNorm,
    double learningRateFactor,
    @Nullable Double learningRate,
    double seconds) {
  /** The numbers that there are by name, as trackers of experiments show them: terms of the loss below "loss/". */
  public Map<String, Double> numbers() {
    Map<String, Double> numbers = new LinkedHashMap<>();
    numbers.put("loss", loss);
    losses.forEach((name, term) -> numbers.put("loss/" + name, term));
    numbers.put("gradient_norm", gradientNorm);
    numbers.put("learning_rate_factor", learningRateFactor);
    if (learningRate != null) {
      numbers.put("learning_rate", learningRate);
    }
    numbers.put("seconds", seconds);
    return numbers;
  }
}
