/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

import java.util.ArrayList;
import java.util.List;

/** How many events, or patients of the rarest class, a fold learns from, against what it can learn. */
final class EventsCheck implements Check {
  /** Peduzzi et al. 1995 and 1996 for regression without penalty. */
  private static final int RULE_OF_THUMB = 10;

  @Override
  public String name() {
    return "events-per-variable";
  }

  @Override
  public String title() {
    return "Are there enough events for what can be learned?";
  }

  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> findings = new ArrayList<>();
    Inputs inputs = subject.inputs();
    if (inputs == null || inputs.total() == 0 || subject.heads().isEmpty()) {
      return List.of(Finding.of(
              name(),
              Level.NOT_APPLICABLE,
              subject.heads().isEmpty()
                  ? "No head predicts a target of patients."
                  : "The number of inputs is not known: there is no trained model.")
          .at("file", subject.experimentFile()));
    }
    for (Subject.Head head : subject.heads()) {
      int least = Integer.MAX_VALUE;
      int most = 0;
      for (Sides fold : subject.folds()) {
        int count = Counts.of(head.target(), fold.training());
        least = Math.min(least, count);
        most = Math.max(most, count);
      }
      double perInput = (double) least / inputs.total();
      double perParameter = (double) least / Math.max(1, inputs.parameters());
      List<String> widths = inputs.modalities().entrySet().stream()
          .map(e ->
              e.getKey() + " " + e.getValue().numbers() + " " + e.getValue().kind())
          .toList();
      findings.add(Finding.of(
              name(),
              perInput < RULE_OF_THUMB ? Level.CAUTION : Level.FINE,
              head.name() + ": a fold learns from " + Words.range(least, most) + " "
                  + Counts.unit(head.target()) + ": " + Words.digits(perInput) + " for each of the "
                  + String.format(java.util.Locale.ROOT, "%,d", inputs.total()) + " inputs ("
                  + String.join(", ", widths) + "), and " + Words.digits(perParameter)
                  + " for each of the "
                  + String.format(java.util.Locale.ROOT, "%,d", inputs.parameters())
                  + " trained numbers. For regression without penalty 10 to 20 an input are often asked for; that is a rule of thumb"
                  + " and no verdict on a model with penalties, but says how much rests on them.")
          .with("head", head.name())
          .with("counted", Counts.unit(head.target()))
          .with("least", least)
          .with("most", most)
          .with("inputs", inputs.total())
          .with("inputs_by_modality", inputs.modalities())
          .with("parameters", inputs.parameters())
          .with("per_input", Words.rounded(perInput))
          .at("file", subject.experimentFile())
          .at("pointer", "/modalities")
          .at("head", head.name()));
    }
    return findings;
  }
}
