/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.stroma.experiment.Condition;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.Precision;
import org.stroma.experiment.Selection;
import org.stroma.parts.PartInvoker;
import org.stroma.parts.PartKind;
import org.stroma.parts.PartScope;
import org.stroma.parts.PartUse;
import org.stroma.parts.PartWiring;
import org.stroma.parts.WiredParts;

class CandidatePartsTest {
  private final List<String> heard = new ArrayList<>();
  private final Map<WiredParts, String> names = new HashMap<>();

  /** Parts that nobody asks for anything. */
  private static final class NoParts implements WiredParts {
    @Override
    public <P> P get(String slot, Class<P> kind) {
      throw new IllegalStateException(slot);
    }

    @Override
    public PartInvoker code() {
      return new PartInvoker(1);
    }
  }

  private final class Scope implements PartScope {
    private final WiredParts parts = new NoParts();

    @Override
    public WiredParts parts() {
      return parts;
    }

    @Override
    public <P> Optional<P> get(PartKind kind, Class<P> service) {
      return Optional.empty();
    }

    @Override
    public <T> T use(Supplier<T> work) {
      return work.get();
    }

    @Override
    public void close() {
      heard.add(names.get(parts) + " closed");
    }
  }

  private final PartWiring wiring = new PartWiring() {
    @Override
    public PartScope wire(List<PartUse> uses) {
      return new Scope();
    }

    @Override
    public PartScope wire(ObjectNode wanted) {
      throw new IllegalStateException();
    }
  };

  /** An experiment whose only parts are an optimizer and a schedule. */
  private static Experiment experiment(@Nullable Selection selection) {
    Experiment e = Runs.experiment(1, 2, Runs.schedule(), selection);
    PartUse optimizer = new PartUse("/training/optimizer", PartKind.OPTIMIZER, "test", Map.of());
    return new Experiment(
        e.file(),
        e.name(),
        e.seed(),
        e.cohort(),
        new TreeMap<>(),
        e.embedDim(),
        e.fusion(),
        e.joint(),
        e.temporal(),
        new TreeMap<>(),
        e.losses(),
        new Experiment.Training(
            1, 2, 0, 0, 0, 1, 0, false, Precision.FLOAT32, optimizer, Runs.schedule()),
        e.split(),
        e.repeats(),
        e.metrics(),
        e.baselines(),
        e.reporting(),
        selection,
        e.sweep(),
        e.initialize(),
        e.pretraining(),
        e.resolved());
  }

  private static Experiment experiment() {
    Experiment plain = experiment(null);
    List<Selection.Candidate> candidates = new ArrayList<>();
    for (String name : List.of("a", "b")) {
      candidates.add(new Selection.Candidate(
          name, "/evaluation/candidates/0", Map.of(), Map.of(), Condition.NONE, plain));
    }
    return experiment(
        new Selection(null, "os", "c_index", Selection.Rule.BEST_EPOCH, 0, 1, candidates));
  }

  private void use(CandidateParts candidates, String name) {
    candidates.use(name, (experiment, parts) -> {
      names.put(parts, name);
      heard.add(name);
      return name;
    });
  }

  @Test
  void whatWasMadeOfACandidatesPartsHearsOfTheirEndBeforehand() {
    try (CandidateParts candidates = new CandidateParts(experiment(), new NoParts(), wiring)) {
      candidates.beforeEnd(parts -> heard.add(names.get(parts) + " ends"));
      use(candidates, "a");
      use(candidates, "a");
      use(candidates, "b");
    }
    assertEquals(List.of("a", "a", "a ends", "a closed", "b", "b ends", "b closed"), heard);
  }

  @Test
  void partsEndAlsoWhereSomebodyWhoIsToldFails() {
    CandidateParts candidates = new CandidateParts(experiment(), new NoParts(), wiring);
    candidates.beforeEnd(parts -> {
      throw new IllegalStateException("no");
    });
    use(candidates, "a");
    assertThrows(IllegalStateException.class, candidates::close);
    assertEquals(List.of("a", "a closed"), heard);
    candidates.close();
    assertEquals(2, heard.size(), "once");
  }
}
