/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.stroma.cohort.CohortSettings;
import org.stroma.cohort.Fold;
import org.stroma.cohort.Permissions;
import org.stroma.dataset.Preparation;
import org.stroma.experiment.Experiment;
import org.stroma.files.FileProblem;
import org.stroma.model.Model;
import org.stroma.nn.Variable;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.Json;
import org.stroma.run.CheckpointStore;
import org.stroma.run.Checksums;
import org.stroma.run.Safetensors;
import org.stroma.run.SeenPatients;

/**
 * Which weights the encoders of each fold start from. A model that was trained with the targets of a fold's test patients
 * would hand what it knows of them on: a fold starts from the same fold of the source where the folds are the same, else from
 * any model of it that saw none of the fold's test patients, else the experiment is refused. So is one that starts from a
 * pretraining on its test patients. {@code /cohort/allow} lets either pass.
 */
public final class Initialization {
  /**
   * What a fold starts from.
   *
   * @param from the run or the file that the experiment names
   * @param weights the models; those of an ensemble take them in turn
   * @param prepared what the source had learned of each modality; null where a file of weights is named
   * @param seen the patients whom the weights know
   */
  public record Start(Path from, List<Path> weights, JsonNode prepared, SeenPatients seen) {
    /** What the source had learned; null where a file of weights is named. */
    public Preparation.Source before() {
      return prepared == null
          ? null
          : new Preparation.Source(prepared, CheckpointStore.experiment(from).path("modalities"));
    }

    /** Starts encoders from weights that were trained before. */
    public void into(Experiment.Initialize initialize, int member, Model model) {
      Path file = weights.get(member % weights.size());
      List<Variable> encoders = model.variables().all().stream()
          .filter(v -> initialize.modalities().stream()
              .anyMatch(m -> v.name().startsWith("modalities/" + m + "/")))
          .toList();
      try {
        model.assign(Safetensors.match(file, encoders));
      } catch (IOException e) {
        throw FileProblem.read(file, e);
      }
    }
  }

  private static final String POINTER = "/initialize/from";

  private final Map<String, Start> starts = new LinkedHashMap<>();
  private final ObjectNode told = Json.MAPPER.createObjectNode();

  private Initialization() {}

  /** For the folds of a supervised experiment; null where it starts anew. */
  public static Initialization of(
      Experiment experiment, List<Fold> folds, Permissions permissions, Consumer<String> notes) {
    if (experiment.initialize() == null) {
      return null;
    }
    Path from = experiment.initialize().from();
    List<Start> candidates = candidates(from);
    Initialization chosen = new Initialization();
    TreeSet<String> trained = new TreeSet<>();
    TreeSet<String> pretrained = new TreeSet<>();
    ArrayNode byFold = chosen.told.put("from", from.toString()).putArray("folds");
    for (Fold fold : folds) {
      List<String> held = new ArrayList<>(fold.test());
      held.addAll(fold.validation());
      Start start = choose(
          from,
          candidates,
          fold,
          held,
          permissions.allows(CohortSettings.TRAINED_ON_TEST_PATIENTS));
      chosen.starts.put(CheckpointStore.folder(fold), start);
      List<String> known = SeenPatients.among(fold.test(), start.seen().labelled());
      trained.addAll(known);
      trained.addAll(SeenPatients.among(fold.validation(), start.seen().labelled()));
      List<String> shared = SeenPatients.among(fold.test(), start.seen().unlabelled());
      pretrained.addAll(shared);
      ObjectNode node = byFold
          .addObject()
          .put("repeat", fold.repeat())
          .put("fold", fold.fold())
          .put("weights", start.weights().get(0).toString());
      if (!start.seen().complete()) {
        node.putNull("test_patients_seen_with_targets");
      } else {
        node.put("test_patients_seen_with_targets", known.size())
            .put("test_patients_seen_without_targets", shared.size());
      }
    }
    if (!trained.isEmpty()) {
      permissions.pass(
          CohortSettings.TRAINED_ON_TEST_PATIENTS,
          List.of("the encoders start from " + from + ", which was trained with the targets of "
              + some(trained) + ", tested here"));
    }
    pretrained(from, pretrained, permissions);
    notes.accept(sentence(from, chosen.starts.values().iterator().next(), trained.isEmpty()));
    return chosen;
  }

  /** Without targets nothing is learned of who does well, but the encoders fit those tested better than new patients. */
  private static void pretrained(Path from, TreeSet<String> patients, Permissions permissions) {
    if (patients.isEmpty()) {
      return;
    }
    if (!permissions.allows(CohortSettings.PRETRAINED_ON_TEST_PATIENTS)) {
      throw refuse("is " + from + ", which was pretrained on " + some(patients)
          + ", tested here: without their targets, but its encoders fit them better than new patients; pretrain on others,"
          + " or, if the result may be read with that in mind, "
          + Permissions.otherwise(CohortSettings.PRETRAINED_ON_TEST_PATIENTS));
    }
    permissions.pass(
        CohortSettings.PRETRAINED_ON_TEST_PATIENTS,
        List.of("the encoders start from " + from + ", which was pretrained on " + some(patients)
            + ", tested here, without their targets"));
  }

  private static String some(Collection<String> patients) {
    return patients.size() + (patients.size() == 1 ? " patient (" : " patients (")
        + patients.stream().limit(5).collect(Collectors.joining(", "))
        + (patients.size() > 5 ? ", ..." : "") + ")";
  }

  private static String sentence(Path from, Start first, boolean untrained) {
    if (!first.seen().complete()) {
      return "the encoders start from " + from
          + ", which does not say which patients it was trained on"
          + (first.seen().labelled().isEmpty() ? "" : ", or those that it started from itself")
          + "; if any of them is tested "
          + "here, the results say nothing about new patients";
    }
    return "the encoders start from " + from
        + (untrained
            ? "; it was trained with the targets of none of each fold's test patients"
            : "");
  }

  /** For a pretraining, which tests nobody; null where it starts anew. */
  public static Start ofPretraining(Experiment experiment) {
    return experiment.initialize() == null
        ? null
        : candidates(experiment.initialize().from()).get(0);
  }

  static List<Start> candidates(Path from) {
    if (!Files.isDirectory(from)) {
      // the file may lie beside what its run has kept
      JsonNode beside = CheckpointStore.besides(from);
      SeenPatients seen = beside == null ? null : SeenPatients.read(beside.path("patients"));
      if (seen != null
          && Files.isRegularFile(from.toAbsolutePath().resolveSibling(Checksums.FILE))) {
        Checksums.check(from.toAbsolutePath().getParent());
      }
      return List.of(
          new Start(from, List.of(from), null, seen == null ? SeenPatients.UNKNOWN : seen));
    }
    List<Start> candidates = new ArrayList<>();
    for (CheckpointStore.Trained trained : CheckpointStore.of(from)) {
      SeenPatients seen = trained.seen();
      if (seen == null) {
        throw refuse("is " + from + ", and " + trained.preparation()
            + " does not say which patients it was trained on; train it again");
      }
      candidates.add(new Start(from, trained.models(), trained.kept().path("modalities"), seen));
    }
    return candidates;
  }

  private static Start choose(
      Path from, List<Start> candidates, Fold fold, List<String> held, boolean whateverItKnows) {
    String same = "/" + CheckpointStore.folder(fold);
    List<Start> order = new ArrayList<>(candidates);
    order.sort(
        Comparator.comparing(start -> !start.weights().get(0).toString().contains(same))); // stable
    for (Start start : order) {
      if (SeenPatients.among(held, start.seen().labelled()).isEmpty()) {
        return start;
      }
    }
    if (whateverItKnows) {
      return order.get(0);
    }
    List<String> shared = SeenPatients.among(held, order.get(0).seen().labelled());
    throw refuse("is " + from + ", and "
        + (candidates.size() == 1
            ? "its model was"
            : "each of its " + candidates.size() + " models was")
        + " trained with the targets of patients that fold " + fold.fold() + " tests ("
        + shared.stream().limit(5).collect(Collectors.joining(", "))
        + (shared.size() > 5 ? ", ..." : "")
        + "), so the result would say nothing about new patients; use the seed, split and patients of "
        + from.getFileName()
        + ", or a run of other patients, or a pretraining; if the result may be read with that in mind, "
        + Permissions.otherwise(CohortSettings.TRAINED_ON_TEST_PATIENTS));
  }

  private static FaultsException refuse(String message) {
    return new FaultsException(List.of(new Fault(POINTER, message)), false);
  }

  /** What a fold starts from. */
  public Start start(Fold fold) {
    return starts.get(CheckpointStore.folder(fold));
  }

  /** What was shared, for metrics.json. */
  ObjectNode told() {
    return told;
  }
}
