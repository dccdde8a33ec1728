/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.stroma.api.Head;
import org.stroma.api.Loss;
import org.stroma.api.TargetKind;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Reader;
import org.stroma.api.data.SplitStrategy;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.CohortReader;
import org.stroma.cohort.CohortSettings;
import org.stroma.cohort.Fold;
import org.stroma.cohort.Purpose;
import org.stroma.cohort.Splits;
import org.stroma.command.Progress;
import org.stroma.command.WorkingFolder;
import org.stroma.dataset.BagCheck;
import org.stroma.dataset.Dataset;
import org.stroma.dataset.TargetStatistics;
import org.stroma.evaluation.Evaluator;
import org.stroma.evaluation.PredictionTable;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.ExperimentReader;
import org.stroma.experiment.ExperimentSchema;
import org.stroma.files.FileProblem;
import org.stroma.model.Devices;
import org.stroma.model.EncoderMemory;
import org.stroma.model.ModelGraph;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.PartCatalog;
import org.stroma.parts.PartInvoker.Work;
import org.stroma.parts.PartScope;
import org.stroma.parts.PartWiring;
import org.stroma.parts.WiredParts;
import org.stroma.run.CheckpointStore;
import org.stroma.run.OutputFile;
import org.stroma.run.Provenance;
import org.stroma.run.RunDirectory;
import org.stroma.training.CrossValidation;
import org.stroma.training.Exporter;
import org.stroma.training.Initialization;
import org.stroma.training.Predictor;
import org.stroma.training.Pretraining;

/** Checks, runs and applies experiments. */
@Component(service = Experiments.class)
public final class Experiments {
  private final PartCatalog catalog;
  private final PartWiring wiring;
  private final Provenance provenance;
  private final Devices devices;

  @Activate
  public Experiments(
      @Reference PartCatalog catalog,
      @Reference PartWiring wiring,
      @Reference Provenance provenance,
      @Reference Devices devices) {
    this.catalog = catalog;
    this.wiring = wiring;
    this.provenance = provenance;
    this.devices = devices;
  }

  /** The JSON Schema of an experiment, made from the parts that are installed now. */
  public String schema() {
    return ExperimentSchema.of(catalog).toPrettyString();
  }

  /**
   * Checks an experiment file, that its parts start, that its data can be read, and that the model of the first fold can
   * be built. Numbers of bags are read for {@value BagCheck#SECONDS} seconds at most.
   *
   * @return what a run would train on, in a sentence
   * @throws FaultsException with every fault
   * @throws DataException for data that cannot be used
   */
  public String validate(Path file, List<String> overrides, Progress progress) {
    try (Opened opened = open(file, overrides, progress)) {
      return opened.wired.use(() -> validate(opened, progress));
    }
  }

  private String validate(Opened opened, Progress progress) {
    List<String> training =
        opened.folds.isEmpty() ? opened.data.patients() : opened.folds.get(0).training();
    Initialization initialization =
        Initialization.of(opened.experiment, opened.folds, opened.reader::note);
    Initialization.Start start = opened.folds.isEmpty()
        ? Initialization.ofPretraining(opened.experiment)
        : initialization == null ? null : initialization.start(0);
    Dataset prepared = Dataset.fit(
        opened.experiment,
        opened.wired.parts(),
        opened.data,
        training,
        start == null ? null : start.before(),
        opened.reader);
    new EncoderMemory(opened.experiment, opened.wired.parts())
        .check(prepared, opened.data.visits(), opened.data.patients());
    try (ModelGraph model = new ModelGraph(
        opened.experiment,
        opened.wired.parts(),
        prepared,
        TargetStatistics.fit(
            opened.experiment, opened.wired.parts(), opened.data, prepared, training),
        training.size(),
        opened.experiment.seed(),
        devices.config())) {
      if (start != null) {
        start.into(opened.experiment.initialize(), 0, model);
      }
    }
    String unread = BagCheck.read(opened.data, progress, BagCheck.SECONDS);
    int patients = opened.data.patients().size();
    StringBuilder sentence =
        new StringBuilder(patients + (patients == 1 ? " patient" : " patients"));
    opened.data.modalities().forEach((name, modality) -> sentence
        .append(", ")
        .append(name)
        .append(' ')
        .append(opened.data.patients().stream()
            .filter(p -> opened.data.has(p, modality))
            .count()));
    return sentence
        .append(
            opened.folds.isEmpty()
                ? "; pretraining on all of them"
                : "; " + opened.folds.size() + (opened.folds.size() == 1 ? " fold" : " folds"))
        .append(unread)
        .toString();
  }

  /**
   * Trains and evaluates.
   *
   * @param out the run directory, made when everything has been checked and read; null for {@code runs/NAME} in the
   *     working directory, with a number when that is taken
   * @return the run directory
   */
  public Path run(Path file, List<String> overrides, Path out, Progress progress) {
    if (out != null) {
      refuseOverwriting("--out", out.toAbsolutePath().normalize());
    }
    try (Opened opened = open(file, overrides, progress)) {
      Path target = out == null
          ? free(WorkingFolder.resolve(Path.of("runs")).toAbsolutePath(), opened.experiment.name())
          : out.toAbsolutePath().normalize();
      return opened.wired.use(() -> run(opened, target, progress));
    }
  }

  private Path run(Opened opened, Path target, Progress progress) {
    RunDirectory run = new RunDirectory(target);
    if (!opened.experiment.pretraining().isEmpty()) {
      Pretraining.run(
          opened.experiment,
          opened.wired.parts(),
          opened.data,
          opened.reader,
          run,
          progress,
          devices,
          () -> provenance.of(opened.experiment, opened.reader.files(), devices.list()));
      return target;
    }
    new CrossValidation(
            opened.experiment,
            opened.wired.parts(),
            opened.data,
            opened.reader,
            opened.folds,
            run,
            progress,
            devices,
            () -> provenance.of(opened.experiment, opened.reader.files(), devices.list()))
        .run();
    return target;
  }

  /** A checked experiment with its parts and its data. */
  private record Opened(
      Experiment experiment, PartScope wired, CohortReader reader, Cohort data, List<Fold> folds)
      implements AutoCloseable {
    @Override
    public void close() {
      wired.close();
    }
  }

  private Opened open(Path file, List<String> overrides, Progress progress) {
    Experiment experiment =
        ExperimentReader.read(file.toAbsolutePath().normalize(), overrides, catalog);
    PartScope wired = wiring.wire(experiment.partUses());
    boolean opened = false;
    try {
      Opened all = wired.use(() -> read(experiment, wired, progress));
      opened = true;
      return all;
    } finally {
      if (!opened) {
        wired.close();
      }
    }
  }

  private static Opened read(Experiment experiment, PartScope wired, Progress progress) {
    fit(experiment, wired.parts());
    // asks metrics what they are for, before anything is read
    new Evaluator(experiment, wired.parts());
    CohortReader reader =
        new CohortReader(experiment.file().getParent(), experiment.cohort(), progress::note);
    boolean supervised = experiment.pretraining().isEmpty();
    Cohort data = reader.read(
        sources(experiment, wired.parts()), supervised ? Purpose.TRAINING : Purpose.PRETRAINING);
    return new Opened(
        experiment,
        wired,
        reader,
        data,
        supervised ? folds(experiment, wired.parts(), data, reader) : List.of());
  }

  private static SortedMap<String, CohortReader.Source> sources(
      Experiment experiment, WiredParts parts) {
    SortedMap<String, CohortReader.Source> sources = new TreeMap<>();
    experiment
        .modalities()
        .forEach((name, m) -> sources.put(
            name,
            new CohortReader.Source(parts.get(m.reader().slot(), Reader.class), m.perPatient())));
    return sources;
  }

  private static List<Fold> folds(
      Experiment experiment, WiredParts parts, Cohort data, CohortReader reader) {
    Set<String> learned = experiment.heads().values().stream()
        .map(Experiment.HeadUse::target)
        .collect(Collectors.toCollection(TreeSet::new));
    SplitStrategy split = parts.get(experiment.split().slot(), SplitStrategy.class);
    if (experiment.repeats() > 1 && !split.repeatable()) {
      throw new FaultsException(
          List.of(new Fault(
              "/evaluation/repeats",
              "is " + experiment.repeats() + "; the split " + experiment.split().type()
                  + " gives the same folds each time")),
          false);
    }
    return Splits.of(
        data, learned, experiment.repeats(), experiment.seed(), reader, split, code -> parts
            .code()
            .run(Work.SPLIT, experiment.split(), split, code));
  }

  /** Heads and losses have to be for the kind of their target. */
  private static void fit(Experiment experiment, WiredParts parts) {
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

  /**
   * Predicts for the patients of a table with the models of a run that were not trained with them; predictions are averaged
   * over the models.
   *
   * @param table a CSV file like the run's cohort table; paths of the modalities are relative to it
   * @param details a folder for what there is to look at (attention, segmentations, progression); null for none
   * @param seenToo whether patients whom every model was trained with are predicted all the same
   */
  public void predict(
      Path runDirectory, Path table, Path out, Path details, boolean seenToo, Progress progress) {
    OutputFile.check("--out", out);
    OutputFile.checkApart("--out", out, List.of(table));
    if (details != null) {
      refuseOverwriting("--details", details.toAbsolutePath().normalize());
    }
    Consumer<CohortReader> apart = reader -> OutputFile.checkApart("--out", out, reader.files());
    apply(runDirectory, table, false, details != null, seenToo, progress, apart, applied -> {
      Predictor.Result result = applied.result();
      String csv = new PredictionTable(applied.experiment(), applied.classes())
          .csv(result.mean(), applied.data().patients());
      if (details != null) {
        result.details().write(details.toAbsolutePath().normalize()).forEach(progress::note);
      }
      OutputFile.write(out, csv);
    });
  }

  /**
   * The metrics of a run's models, averaged, on the patients of a table whose targets are known.
   *
   * @param seenToo whether patients whom every model was trained with count all the same
   * @return as JSON, by head; and under {@code patients} how many were among the run's, where any were
   */
  public String evaluate(Path runDirectory, Path table, boolean seenToo, Progress progress) {
    StringBuilder json = new StringBuilder();
    apply(runDirectory, table, true, false, seenToo, progress, reader -> {}, applied -> {
      Predictor.Result result = applied.result();
      ObjectNode metrics = applied
          .evaluator()
          .measure(
              applied.data(),
              result.mean(),
              result.patches(),
              applied.data().patients(),
              List.of());
      if (result.outOfFold() + result.seenByAll() > 0 && !metrics.has("patients")) {
        metrics
            .putObject("patients")
            .put("all", applied.data().patients().size())
            .put("predicted_out_of_fold", result.outOfFold())
            .put("trained_with_by_every_model", result.seenByAll());
      }
      json.append(metrics.toPrettyString());
    });
    return json.toString();
  }

  /**
   * Writes the models of a run as SavedModels and as safetensors.
   *
   * @return the folders written
   */
  public List<String> export(Path runDirectory, Path out, Progress progress) {
    refuseOverwriting("--out", out.toAbsolutePath().normalize());
    Finished finished = finished(runDirectory, progress);
    Experiment experiment = finished.experiment();
    List<CheckpointStore.Trained> trained = finished.trained();
    try (PartScope wired = wiring.wire(experiment.partUses())) {
      return wired.use(() -> {
        List<String> written = new ArrayList<>();
        RunDirectory to = new RunDirectory(out.toAbsolutePath().normalize());
        for (CheckpointStore.Trained fold : trained) {
          progress.at("fold " + (trained.indexOf(fold) + 1) + "/" + trained.size());
          written.addAll(Exporter.export(fold, experiment, wired.parts(), devices.config(), to));
        }
        return written;
      });
    }
  }

  /** A run's models applied to a cohort. */
  private record Applied(
      Experiment experiment,
      Evaluator evaluator,
      Cohort data,
      Map<String, List<String>> classes,
      Predictor.Result result) {}

  /** A run that ended, and its models. */
  private record Finished(Experiment experiment, List<CheckpointStore.Trained> trained) {}

  private Finished finished(Path runDirectory, Progress progress) {
    // first: what was changed since is told as that, whatever else is wrong with it now
    List<CheckpointStore.Trained> trained = CheckpointStore.of(runDirectory);
    Path written = runDirectory.resolve("experiment.json");
    // where its encoders started from is no matter any more, and the path was relative to another
    // place
    Experiment experiment = ExperimentReader.read(
        written.toAbsolutePath().normalize(), List.of("initialize=null"), catalog);
    if (!experiment.pretraining().isEmpty()) {
      throw new DataException(runDirectory
          + " is a pretraining and predicts nothing; an experiment can start from it with "
          + "\"initialize\": {\"from\": \"" + runDirectory + "\"}");
    }
    provenance.differences(runDirectory, progress::note);
    CheckpointStore.checkCounts(
        trained,
        experiment.repeats(),
        experiment.folds().orElse(Integer.MAX_VALUE),
        experiment.training().ensemble());
    int there = trained.stream().mapToInt(fold -> fold.models().size()).sum();
    int wanted = experiment.folds().orElse(0)
        * experiment.repeats()
        * experiment.training().ensemble();
    if (wanted > 0 && there != wanted) {
      progress.note(runDirectory + " holds " + there + " of the run's " + wanted
          + (there == 1 ? " models; it alone is used" : " models; these alone are used"));
    }
    return new Finished(experiment, trained);
  }

  private CohortReader reader(Experiment experiment, Path table, Progress progress) {
    Path cohort = table.toAbsolutePath().normalize();
    return new CohortReader(
        cohort.getParent(),
        new CohortSettings(
            cohort.getFileName().toString(),
            experiment.cohort().id(),
            experiment.cohort().visit(),
            experiment.cohort().targets(),
            experiment.cohort().allow()),
        progress::note);
  }

  private void apply(
      Path runDirectory,
      Path table,
      boolean labelled,
      boolean detailed,
      boolean seenToo,
      Progress progress,
      Consumer<CohortReader> whatWasRead,
      Consumer<Applied> use) {
    Finished finished = finished(runDirectory, progress);
    Experiment experiment = finished.experiment();
    List<CheckpointStore.Trained> trained = finished.trained();
    try (PartScope wired = wiring.wire(experiment.partUses())) {
      use.accept(wired.use(() -> {
        CohortReader reader = reader(experiment, table, progress);
        Map<String, List<String>> classes = trained.get(0).classes();
        Cohort data = reader.read(
            sources(experiment, wired.parts()),
            labelled ? Purpose.evaluation(classes) : Purpose.PREDICTION);
        whatWasRead.accept(reader);
        Predictor.Result result = new Predictor(experiment, trained, progress)
            .predict(wired.parts(), devices, data, reader, seenToo, detailed, labelled);
        // some files are read when they are wanted
        whatWasRead.accept(reader);
        return new Applied(
            experiment, new Evaluator(experiment, wired.parts()), data, classes, result);
      }));
    }
  }

  private static Path free(Path runs, String name) {
    Path path = runs.resolve(name);
    for (int i = 2; Files.exists(path); i++) {
      path = runs.resolve(name + "-" + i);
    }
    return path;
  }

  private static void refuseOverwriting(String option, Path target) {
    try {
      if (Files.isDirectory(target)) {
        try (var entries = Files.list(target)) {
          if (entries.findAny().isEmpty()) {
            return;
          }
        }
      }
      if (Files.exists(target)) {
        throw new FaultsException(
            List.of(new Fault("", option + " " + target + " exists already; name another place")),
            false);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          option + " " + target + " cannot be looked at: " + FileProblem.reason(target, e), e);
    }
  }
}
