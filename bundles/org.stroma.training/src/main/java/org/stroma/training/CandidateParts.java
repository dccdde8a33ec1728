/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.Selection;
import org.stroma.parts.FaultsException;
import org.stroma.parts.PartKind;
import org.stroma.parts.PartScope;
import org.stroma.parts.PartUse;
import org.stroma.parts.PartWiring;
import org.stroma.parts.WiredParts;

/**
 * The parts of an experiment and of its candidates of settings. Those of the experiment are there all the time; of the candidates
 * one at a time is started, and stays until another is wanted.
 */
public final class CandidateParts implements AutoCloseable {
  private final Experiment experiment;
  private final WiredParts parts;
  private final PartWiring wiring;
  private Selection.@Nullable Candidate started;
  private @Nullable PartScope scope;
  private Consumer<WiredParts> ending = candidate -> {};

  /**
   * None is started yet.
   *
   * @param parts of the experiment itself
   */
  public CandidateParts(Experiment experiment, WiredParts parts, PartWiring wiring) {
    this.experiment = experiment;
    this.parts = parts;
    this.wiring = wiring;
  }

  /**
   * Works with the settings and parts of a candidate, in the thread of the experiment's parts.
   *
   * @param candidate its name; empty for the experiment as it is
   * @throws FaultsException at the candidate's place, where its parts do not start or do not fit
   * @throws IllegalArgumentException where there is no such candidate
   */
  public <T> T use(String candidate, BiFunction<Experiment, WiredParts, T> work) {
    if (candidate.isEmpty()) {
      return work.apply(experiment, parts);
    }
    Selection.Candidate wanted = find(candidate);
    try {
      PartScope own = start(wanted);
      return own.use(() -> work.apply(wanted.experiment(), own.parts()));
    } catch (FaultsException e) {
      if (e.partLost()) {
        throw e;
      }
      throw new FaultsException(e.faults().stream().map(wanted::at).toList(), e.partMissing());
    }
  }

  /**
   * Has somebody told of a candidate's parts before they go away.
   *
   * @param told instead of whom was to be told before
   */
  void beforeEnd(Consumer<WiredParts> told) {
    ending = told;
  }

  private Selection.Candidate find(String name) {
    Selection selection = experiment.selection();
    return (selection == null ? List.<Selection.Candidate>of() : selection.candidates())
        .stream()
            .filter(candidate -> candidate.name().equals(name))
            .findFirst()
            .orElseThrow(() ->
                new IllegalArgumentException("the experiment has no candidate \"" + name + "\""));
  }

  private PartScope start(Selection.Candidate wanted) {
    if (scope == null || !wanted.equals(started)) {
      close();
      // the data have been read and split already
      List<PartUse> uses = wanted.experiment().partUses().stream()
          .filter(use -> use.kind() != PartKind.READER && use.kind() != PartKind.SPLIT)
          .toList();
      scope = wiring.wire(uses);
      started = wanted;
    }
    return scope;
  }

  @Override
  public void close() {
    PartScope old = scope;
    scope = null;
    started = null;
    if (old != null) {
      try (old) {
        ending.accept(old.parts());
      }
    }
  }
}
