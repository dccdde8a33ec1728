/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import org.stroma.parts.Fault;
import org.stroma.parts.Faults;
import org.stroma.parts.FaultsException;

/** Reads the experiment of each candidate, as it would be with the candidate's settings. */
final class CandidateReader {
  private final ObjectNode file;
  private final Experiment base;
  private final Faults faults;
  private final BiFunction<ObjectNode, Faults, Experiment> reader;

  /**
   * Nothing is read yet.
   *
   * @param file as it was read, before defaults were written into it
   * @param base the experiment without candidates' settings
   * @param faults hears what is wrong, at the places of the candidates
   * @param reader reads an experiment
   */
  CandidateReader(
      ObjectNode file,
      Experiment base,
      Faults faults,
      BiFunction<ObjectNode, Faults, Experiment> reader) {
    this.file = file;
    this.base = base;
    this.faults = faults;
    this.reader = reader;
  }

  /** The candidates with their experiments. */
  List<Selection.Candidate> read(List<Selection.Candidate> candidates) {
    List<Selection.Candidate> read = new ArrayList<>();
    for (Selection.Candidate candidate : candidates) {
      Faults own = new Faults();
      Experiment experiment = read(candidate, own);
      try {
        own.throwIfAny();
      } catch (FaultsException e) {
        e.faults()
            .forEach(fault ->
                faults.add(Selection.Candidate.at(candidate.pointer(), candidate.places(), fault)));
        continue;
      }
      differences(experiment)
          .forEach(pointer -> faults.add(Selection.Candidate.at(
              candidate.pointer(),
              candidate.places(),
              new Fault(
                  pointer, "is not the experiment's; it has to be the same for all candidates"))));
      read.add(new Selection.Candidate(
          candidate.name(),
          candidate.pointer(),
          candidate.set(),
          candidate.places(),
          candidate.when(),
          experiment));
    }
    return read;
  }

  private Experiment read(Selection.Candidate candidate, Faults own) {
    ObjectNode root = file.deepCopy();
    root.remove("sweep");
    if (root.path("evaluation") instanceof ObjectNode evaluation) {
      evaluation.remove(
          List.of(SelectionSection.INNER, SelectionSection.SELECT, SelectionSection.CANDIDATES));
    }
    candidate.set().forEach((path, value) -> Overrides.set(root, path, value.deepCopy())
        .ifPresent(problem -> own.add(Overrides.pointer(path), problem)));
    return reader.apply(root, own);
  }

  /** Places that have to be as they are in the experiment, and are not. */
  private List<String> differences(Experiment candidate) {
    List<String> pointers = new ArrayList<>();
    if (!candidate.modalities().keySet().equals(base.modalities().keySet())) {
      pointers.add("/modalities");
    } else {
      base.modalities().keySet().forEach(name -> {
        for (String key : List.of("per", "reader")) {
          compare(candidate, "/modalities/" + name + "/" + key, pointers);
        }
      });
    }
    if (!candidate.heads().keySet().equals(base.heads().keySet())) {
      pointers.add("/model/heads");
    } else {
      base.heads().keySet().forEach(head -> {
        compare(candidate, "/model/heads/" + head + "/target", pointers);
      });
    }
    // what is predicted, survival probabilities among it, follows from targets and losses
    if (!kinds(candidate).equals(kinds(base))) {
      pointers.add("/losses");
    }
    return pointers;
  }

  private static List<String> kinds(Experiment experiment) {
    return experiment.losses().stream()
        .map(loss -> loss.head() + " " + loss.part().type())
        .sorted()
        .toList();
  }

  private void compare(Experiment candidate, String pointer, List<String> pointers) {
    JsonNode own = candidate.resolved().at(pointer);
    if (!Objects.equals(own, base.resolved().at(pointer))) {
      pointers.add(pointer);
    }
  }
}
