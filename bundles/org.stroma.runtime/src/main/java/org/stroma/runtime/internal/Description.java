/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.Selection;
import org.stroma.parts.PartUse;
import org.stroma.training.SizeRule;

/** What an experiment would train, for people. */
final class Description {
  private Description() {}

  /** In lines: each modality, the model, its training, and what is chosen by what. */
  static List<String> of(OpenExperiment opened) {
    Experiment experiment = opened.experiment();
    JsonNode resolved = experiment.resolved();
    List<String> lines = new ArrayList<>();
    lines.add(experiment.name() + ": " + opened.cohort().patients().size() + " patients");
    experiment.modalities().forEach((name, modality) -> {
      List<PartUse> steps = new ArrayList<>(List.of(modality.reader()));
      steps.addAll(modality.transforms());
      if (modality.tokenizer() != null) {
        steps.add(modality.tokenizer());
      }
      steps.add(modality.encoder());
      lines.add("  " + name + ": "
          + String.join(" > ", steps.stream().map(step -> told(step, resolved)).toList()));
    });
    if (experiment.fusion() != null) {
      lines.add("  fusion: " + told(experiment.fusion(), resolved)
          + (experiment.joint() == null
              ? ""
              : ", with a joint model by " + told(experiment.joint(), resolved)));
    }
    if (experiment.temporal() != null) {
      lines.add("  over visits: " + told(experiment.temporal(), resolved));
    }
    experiment
        .heads()
        .forEach((name, head) -> lines.add("  head " + name + ": "
            + told(head.part(), resolved) + " of " + head.target()
            + String.join(
                "",
                experiment.losses().stream()
                    .filter(loss -> loss.head().equals(name))
                    .map(loss -> ", loss " + told(loss.part(), resolved)
                        + (loss.onModalities() ? " of each modality" : ""))
                    .toList())));
    experiment
        .pretraining()
        .forEach((name, task) -> lines.add("  pretext of " + name + ": " + told(task, resolved)));
    Experiment.Training training = experiment.training();
    lines.add(String.format(
        Locale.ROOT,
        "  training: %,d epochs, batches of %s, %s, %s",
        training.epochs(),
        training.batchSize() >= opened.cohort().patients().size()
            ? "all training patients"
            : String.format(Locale.ROOT, "%,d patients", training.batchSize()),
        told(training.optimizer(), resolved),
        told(training.schedule(), resolved)));
    selection(opened, lines);
    return lines;
  }

  private static void selection(OpenExperiment opened, List<String> lines) {
    Selection selection = opened.experiment().selection();
    if (selection == null) {
      return;
    }
    lines.add("  chosen inside of each fold by " + selection.head() + " " + selection.metric()
        + ", " + selection.rule().label());
    SizeRule rule = SizeRule.of(opened.experiment(), opened.cohort(), opened.folds());
    if (rule != null) {
      lines.add("  " + rule.told());
    }
    for (Selection.Candidate candidate : selection.candidates()) {
      lines.add("  " + candidate.name()
          + (rule == null || rule.tries(candidate) ? "" : " (not tried)") + ": "
          + (candidate.set().isEmpty() ? "as above" : candidate.overrides().get(0)));
      candidate.overrides().stream().skip(1).forEach(set -> lines.add("    " + set));
    }
  }

  /** Its type, and the settings that the file gives. */
  private static String told(PartUse use, JsonNode resolved) {
    List<String> given = new ArrayList<>();
    JsonNode written = resolved.at(use.slot());
    use.settings().keySet().forEach(name -> given.add(name + " " + text(written.path(name))));
    return use.type() + (given.isEmpty() ? "" : " (" + String.join(", ", given) + ")");
  }

  private static String text(JsonNode value) {
    return value.isTextual() ? value.asText() : value.toString();
  }
}
