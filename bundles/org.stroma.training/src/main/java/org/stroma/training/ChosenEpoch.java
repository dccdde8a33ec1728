/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.stroma.model.Model;

/** Keeps the weights of the chosen epoch in memory while training goes on to the last one, so that both can be judged. */
final class ChosenEpoch {
  private final Model model;
  private final int epochs;
  private final Map<String, float[]> weights = new HashMap<>();
  private int trained;

  /**
   * Nothing is kept yet.
   *
   * @param epochs after how many the weights are kept; 0 for none: those of the last epoch are the result
   */
  ChosenEpoch(Model model, int epochs) {
    this.model = model;
    this.epochs = epochs;
  }

  void ended(Epoch epoch) {
    trained = epoch.epoch() + 1;
    if (trained == epochs) {
      weights.putAll(read());
    }
  }

  /** An earlier process has trained it, and what it kept is in {@link #kept}. */
  void resumed(Epoch epoch) {
    trained = epoch.epoch() + 1;
  }

  /** The weights of the chosen epoch; nothing before it, and where it is the last one after all. */
  Map<String, float[]> kept() {
    return weights;
  }

  /**
   * Gives the model the weights of the chosen epoch.
   *
   * @return those of the last epoch; null where it is the chosen one
   */
  @Nullable
  Map<String, float[]> restore() {
    if (weights.isEmpty() || trained == epochs) {
      return null;
    }
    Map<String, float[]> last = read();
    model.assign(weights);
    weights.clear();
    return last;
  }

  /** What predictions are made with: the optimizer's memory may be twice as large, and nothing is trained from here. */
  private Map<String, float[]> read() {
    return model.read().entrySet().stream()
        .filter(variable ->
            !variable.getKey().startsWith("optimizer/") && !variable.getKey().startsWith("losses/"))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
