/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.stroma.api.TargetKind;
import org.stroma.api.data.DataException;
import org.stroma.api.slides.SlideFormat;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.CohortReader;
import org.stroma.cohort.CohortSettings;
import org.stroma.cohort.Purpose;
import org.stroma.command.Progress;
import org.stroma.command.UsageException;
import org.stroma.evaluation.Evaluator;
import org.stroma.evaluation.PredictionTable;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.ExperimentReader;
import org.stroma.explain.ExplanationOptions;
import org.stroma.files.AtomicFiles;
import org.stroma.model.Devices;
import org.stroma.parts.PartCatalog;
import org.stroma.parts.PartScope;
import org.stroma.parts.PartWiring;
import org.stroma.run.CheckpointStore;
import org.stroma.run.OutputFile;
import org.stroma.run.Provenance;
import org.stroma.run.RunDirectory;
import org.stroma.runtime.EvaluationRequest;
import org.stroma.runtime.PredictionRequest;
import org.stroma.runtime.Replayed;
import org.stroma.shards.Shard;
import org.stroma.training.CandidateParts;
import org.stroma.training.ComparisonTraining;
import org.stroma.training.ExportedTensors;
import org.stroma.training.Exporter;
import org.stroma.training.Predictor;
import org.stroma.training.Replay;

/** Applies and exports the models of a run that ended. */
final class TrainedModels {
  private final PartCatalog catalog;
  private final PartWiring wiring;
  private final Provenance provenance;
  private final Devices devices;
  private final Supplier<List<SlideFormat>> formats;

  /** @param formats of slides that are installed now, by rising ranking */
  TrainedModels(
      PartCatalog catalog,
      PartWiring wiring,
      Provenance provenance,
      Devices devices,
      Supplier<List<SlideFormat>> formats) {
    this.catalog = catalog;
    this.wiring = wiring;
    this.provenance = provenance;
    this.devices = devices;
    this.formats = formats;
  }

  /** A run's models applied to a cohort. */
  private record Applied(
      Experiment experiment,
      Evaluator evaluator,
      Cohort cohort,
      Map<String, List<String>> classes,
      Predictor.Result result) {}

  /** A run that ended, and its models. */
  private record Finished(Experiment experiment, List<CheckpointStore.Trained> trained) {}

  /**
   * How the models of a run are to be applied.
   *
   * @param labelled whether targets are read
   * @param explained with what explanations are made; null for none
   * @param trainingPatients whether patients whom every model was trained with are taken
   * @param times at which survival is told; empty for those of the run
   * @param shard whose patients alone are predicted
   * @param whatWasRead looks at the files that were read
   */
  private record Application(
      Path run,
      Path table,
      boolean labelled,
      @Nullable ExplanationOptions explained,
      boolean trainingPatients,
      List<Double> times,
      Shard shard,
      Progress progress,
      Consumer<CohortReader> whatWasRead) {}

  void predict(PredictionRequest request) {
    Path out = request.out();
    OutputFile.check("--out", out);
    OutputFile.checkApart("--out", out, List.of(request.table()));
    Path details = request.details().map(d -> d.toAbsolutePath().normalize()).orElse(null);
    if (details != null) {
      OutputFile.checkFolder("--details", details);
    }
    ExplanationOptions explanations = request.explanations().formats(formats.get());
    explanations.slides().ifPresent(folder -> {
      if (!Files.isDirectory(folder)) {
        throw new DataException("--slides " + folder + " is no folder");
      }
    });
    Application application = new Application(
        request.run(),
        request.table(),
        false,
        details == null ? null : explanations,
        request.trainingPatients(),
        request.times(),
        request.shard(),
        request.progress(),
        reader -> OutputFile.checkApart("--out", out, reader.files()));
    // within: what is written may be read from the readers' files
    apply(application, applied -> {
      Predictor.Result result = applied.result();
      List<String> all = applied.cohort().patients();
      List<String> predicted = Predictor.of(all, request.shard());
      String csv = new PredictionTable(
              applied.experiment(), applied.classes(), result.survival().times())
          .csv(result.mean(), predicted);
      if (details != null) {
        result.details().write(details, explanations).forEach(request.progress()::note);
      }
      if (!request.shard().whole()) {
        SplitPredictions.write(request, all, predicted);
      }
      AtomicFiles.write(out.toAbsolutePath().normalize(), csv);
      return out;
    });
  }

  String evaluate(EvaluationRequest request) {
    Application application = new Application(
        request.run(),
        request.table(),
        true,
        null,
        request.trainingPatients(),
        List.of(),
        Shard.ALL,
        request.progress(),
        reader -> {});
    return apply(application, TrainedModels::metrics);
  }

  private static String metrics(Applied applied) {
    Predictor.Result result = applied.result();
    List<String> patients = applied.cohort().patients();
    ObjectNode metrics = applied
        .evaluator()
        .measure(
            applied.cohort(),
            result.mean(),
            result.patches(),
            result.survival().times(),
            patients,
            List.of());
    if (result.outOfFold() + result.seenByAll() > 0 && !metrics.has("patients")) {
      metrics
          .putObject("patients")
          .put("all", patients.size())
          .put("predicted_out_of_fold", result.outOfFold())
          .put("trained_with_by_every_model", result.seenByAll());
    }
    return metrics.toPrettyString();
  }

  List<String> export(Path run, Path out, Progress progress) {
    OutputFile.checkFolder("--out", out);
    RunDirectory to = new RunDirectory(out);
    Set<String> told = new HashSet<>();
    Consumer<String> note = sentence -> {
      if (told.add(sentence)) { // once for all folds
        progress.note(sentence);
      }
    };
    List<String> written = new ArrayList<>();
    eachFold(run, progress, exporter -> written.addAll(exporter.export(to, note)));
    return written;
  }

  /** Models with the same tensors together. */
  List<ExportedTensors> exported(Path run, Progress progress) {
    Map<List<ExportedTensors.Tensor>, List<String>> models = new LinkedHashMap<>();
    eachFold(run, progress, exporter -> {
      ExportedTensors fold = exporter.tensors();
      models.computeIfAbsent(fold.tensors(), tensors -> new ArrayList<>()).addAll(fold.models());
    });
    return models.entrySet().stream()
        .map(alike -> new ExportedTensors(alike.getValue(), alike.getKey()))
        .toList();
  }

  private void eachFold(Path run, Progress progress, Consumer<Exporter> use) {
    Finished finished = finished(run, progress);
    Experiment experiment = finished.experiment();
    List<CheckpointStore.Trained> trained = finished.trained();
    try (PartScope wired = wiring.wire(experiment.partUses());
        CandidateParts candidates = new CandidateParts(experiment, wired.parts(), wiring)) {
      wired.use(() -> {
        for (CheckpointStore.Trained fold : trained) {
          progress.at("fold " + (trained.indexOf(fold) + 1) + "/" + trained.size());
          candidates.use(fold.candidate(), (settings, parts) -> {
            use.accept(new Exporter(
                fold, settings, parts, devices.computing(settings.training().precision())));
            return true;
          });
        }
        return true;
      });
    }
  }

  <T> T replay(
      Path run,
      @Nullable Path table,
      @Nullable Path folder,
      Progress progress,
      Function<Replayed, T> use) {
    Finished finished = finished(run, progress);
    Experiment experiment = finished.experiment();
    try (PartScope wired = wiring.wire(experiment.partUses());
        CandidateParts candidates = new CandidateParts(experiment, wired.parts(), wiring)) {
      return wired.use(() -> {
        CohortReader reader = table == null
            ? new CohortReader(ReplayedRun.folder(run, folder), experiment.cohort(), progress::note)
            : reader(experiment, table, progress);
        Cohort cohort = reader.read(
            OpenExperiment.sources(experiment, wired.parts()),
            Purpose.evaluation(finished.trained().get(0).classes()));
        Replay replay = new Replay(
            experiment,
            candidates,
            new Evaluator(experiment, wired.parts()),
            devices,
            cohort,
            reader);
        return use.apply(new ReplayedRun(
            experiment,
            cohort,
            table == null,
            table == null
                ? ReplayedRun.tested(run, finished.trained(), cohort)
                : ReplayedRun.unseen(finished.trained(), cohort),
            replay,
            new Retraining(
                catalog,
                wiring,
                devices,
                run,
                table,
                folder,
                experiment,
                finished.trained().get(0).classes(),
                progress),
            run,
            () -> table == null
                ? new ComparisonTraining.Data(cohort, reader)
                : own(run, folder, finished, wired),
            progress));
      });
    }
  }

  /** The run's own data beside those of others. */
  private static ComparisonTraining.Data own(
      Path run, @Nullable Path folder, Finished finished, PartScope wired) {
    Experiment experiment = finished.experiment();
    CohortReader reader =
        new CohortReader(ReplayedRun.folder(run, folder), experiment.cohort(), note -> {});
    Cohort cohort = reader.read(
        OpenExperiment.sources(experiment, wired.parts()),
        Purpose.evaluation(finished.trained().get(0).classes()));
    return new ComparisonTraining.Data(cohort, reader);
  }

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

  static CohortReader reader(Experiment experiment, Path table, Progress progress) {
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

  private <T> T apply(Application how, Function<Applied, T> use) {
    Finished finished = finished(how.run(), how.progress());
    Experiment experiment = finished.experiment();
    if (!how.times().isEmpty()
        && experiment.cohort().targets().values().stream()
            .noneMatch(target -> target.kind() == TargetKind.SURVIVAL)) {
      throw new UsageException(
          "--times are times of survival, which " + how.run() + " does not predict");
    }
    List<CheckpointStore.Trained> trained = finished.trained();
    try (PartScope wired = wiring.wire(experiment.partUses());
        CandidateParts candidates = new CandidateParts(experiment, wired.parts(), wiring)) {
      return use.apply(wired.use(() -> {
        CohortReader reader = reader(experiment, how.table(), how.progress());
        Map<String, List<String>> classes = trained.get(0).classes();
        Cohort cohort = reader.read(
            OpenExperiment.sources(experiment, wired.parts()),
            how.labelled() ? Purpose.evaluation(classes) : Purpose.PREDICTION);
        how.whatWasRead().accept(reader);
        Predictor.Result result = new Predictor(experiment, trained, how.progress())
            .predict(
                candidates,
                devices,
                cohort,
                reader,
                how.trainingPatients(),
                how.explained(),
                how.labelled(),
                how.times(),
                how.shard());
        // some files are read when they are wanted
        how.whatWasRead().accept(reader);
        return new Applied(
            experiment, new Evaluator(experiment, wired.parts()), cohort, classes, result);
      }));
    }
  }
}
