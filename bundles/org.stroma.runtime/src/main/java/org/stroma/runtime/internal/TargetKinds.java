/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.stroma.api.Head;
import org.stroma.api.Loss;
import org.stroma.api.TargetKind;
import org.stroma.experiment.Experiment;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.WiredParts;

/** Heads and losses have to be for the kind of their target. */
final class TargetKinds {
  private TargetKinds() {}

  /** @throws FaultsException with every head and loss that is for another kind */
  static void check(Experiment experiment, WiredParts parts) {
    List<Fault> faults = new ArrayList<>();
    experiment.heads().forEach((name, use) -> {
      TargetKind wanted = experiment.cohort().targets().get(use.target()).kind();
      TargetKind given = parts.get(use.part().slot(), Head.class).target();
      if (given == null) {
        faults.add(new Fault(
            use.part().slot(),
            use.part().type() + " does not say what kind of target it predicts"));
      } else if (given != wanted) {
        faults.add(new Fault(
            use.part().slot(),
            use.part().type() + " predicts " + given.label() + " targets, and target "
                + use.target() + " is of kind " + wanted.label()));
      }
    });
    for (Experiment.LossUse use : experiment.losses()) {
      TargetKind wanted = experiment
          .cohort()
          .targets()
          .get(experiment.heads().get(use.head()).target())
          .kind();
      Set<TargetKind> given = parts.get(use.part().slot(), Loss.class).targets();
      // a head that does not fit has been named already
      if (!given.contains(wanted)
          && parts
                  .get(experiment.heads().get(use.head()).part().slot(), Head.class)
                  .target()
              == wanted) {
        faults.add(new Fault(
            use.part().slot(),
            use.part().type() + " is a loss of "
                + given.stream()
                    .map(TargetKind::label)
                    .sorted()
                    .collect(Collectors.joining(" and "))
                + " targets, and the target of head " + use.head() + " is of kind "
                + wanted.label()));
      }
    }
    if (!faults.isEmpty()) {
      throw new FaultsException(faults, false);
    }
  }
}
