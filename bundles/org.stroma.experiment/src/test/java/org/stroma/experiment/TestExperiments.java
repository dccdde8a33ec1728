/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.experiment;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.stroma.api.TargetKind;
import org.stroma.cohort.CohortSettings;
import org.stroma.parts.PartKind;
import org.stroma.parts.PartUse;

/** Experiments in memory, with one modality m and one head a target. */
public final class TestExperiments {
  private TestExperiments() {}

  public static Experiment of(Map<String, TargetKind> targets, Path initializedFrom) {
    TreeMap<String, CohortSettings.TargetSettings> settings = new TreeMap<>();
    TreeMap<String, Experiment.HeadUse> heads = new TreeMap<>();
    targets.forEach((name, kind) -> {
      settings.put(
          name,
          new CohortSettings.TargetSettings(kind, "time", "event", "column", null, List.of()));
      heads.put(name, new Experiment.HeadUse(null, name));
    });
    PartUse encoder = new PartUse("/modalities/m/encoder", PartKind.ENCODER, "test", Map.of());
    return new Experiment(
        Path.of("e.json"),
        "test",
        1,
        new CohortSettings("t.csv", "id", null, settings, Set.of()),
        new TreeMap<>(Map.of("m", new Experiment.Modality(false, null, List.of(), null, encoder))),
        8,
        null,
        null,
        null,
        heads,
        List.of(),
        null,
        new PartUse("/evaluation/split", PartKind.SPLIT, "k-fold", Map.of()),
        1,
        List.of(),
        List.of(),
        Experiment.Reporting.USUAL,
        null,
        null,
        initializedFrom == null
            ? null
            : new Experiment.Initialize(initializedFrom, List.of("m"), false),
        new TreeMap<>(),
        JsonNodeFactory.instance.objectNode());
  }

  /** Chooses by the c-index of the head os on inner folds, among candidates of these names. */
  public static Selection selection(Selection.Rule rule, String... candidates) {
    Experiment experiment = of(Map.of("os", TargetKind.SURVIVAL), null);
    return new Selection(
        new PartUse("/evaluation/inner", PartKind.SPLIT, "k-fold", Map.of()),
        "os",
        "c_index",
        rule,
        0,
        1,
        Arrays.stream(candidates)
            .map(name -> new Selection.Candidate(
                name,
                "/evaluation/candidates/" + name,
                Map.of("training.epochs", JsonNodeFactory.instance.numberNode(1)),
                Map.of(),
                Condition.NONE,
                withEpochs(experiment, 6)))
            .toList());
  }

  private static Experiment withEpochs(Experiment e, int epochs) {
    return new Experiment(
        e.file(),
        e.name(),
        e.seed(),
        e.cohort(),
        e.modalities(),
        e.embedDim(),
        e.fusion(),
        e.joint(),
        e.temporal(),
        e.heads(),
        e.losses(),
        new Experiment.Training(epochs, 2, 0, 0, 0, 1, 0, false, Precision.FLOAT32, null, null),
        e.split(),
        e.repeats(),
        e.metrics(),
        e.baselines(),
        e.reporting(),
        e.selection(),
        e.sweep(),
        e.initialize(),
        e.pretraining(),
        e.resolved());
  }
}
