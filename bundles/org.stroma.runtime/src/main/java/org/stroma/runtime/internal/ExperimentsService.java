/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.stroma.api.data.TableFormat;
import org.stroma.api.slides.SlideFormat;
import org.stroma.cohort.CohortReader;
import org.stroma.cohort.CohortSettings;
import org.stroma.cohort.Permissions;
import org.stroma.command.Progress;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.ExperimentReader;
import org.stroma.experiment.ExperimentSchema;
import org.stroma.model.Devices;
import org.stroma.parts.PartCatalog;
import org.stroma.parts.PartWiring;
import org.stroma.run.Provenance;
import org.stroma.run.RunDirectory;
import org.stroma.run.RunDocument;
import org.stroma.run.RunReader;
import org.stroma.run.ShardRun;
import org.stroma.runtime.EvaluationRequest;
import org.stroma.runtime.Examined;
import org.stroma.runtime.Experiments;
import org.stroma.runtime.PredictionRequest;
import org.stroma.runtime.Replayed;
import org.stroma.runtime.RunRequest;
import org.stroma.runtime.RunResult;
import org.stroma.shards.Processes;
import org.stroma.training.CandidateParts;
import org.stroma.training.CrossValidation;
import org.stroma.training.ExportedTensors;
import org.stroma.training.Pretraining;
import org.stroma.training.RunContext;
import org.stroma.training.RunListener;
import org.stroma.training.SizeRule;
import org.stroma.training.Splitting;

/** The way in for commands and programs; each kind of work has a class of its own. */
@Component
public final class ExperimentsService implements Experiments {
  private final PartCatalog catalog;
  private final PartWiring wiring;
  private final Provenance provenance;
  private final Devices devices;
  private final TrainedModels models;
  private final Processes processes;
  private final SplitRuns splits;

  /** They hear every run. */
  @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  private volatile List<RunListener> listeners;

  /** They are written at the end of every run. */
  @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  private volatile List<RunDocument> documents;

  @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  private volatile List<SlideFormat> formats; // by rising ranking

  @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  private volatile List<TableFormat> formatted;

  @Activate
  public ExperimentsService(
      @Reference PartCatalog catalog,
      @Reference PartWiring wiring,
      @Reference Provenance provenance,
      @Reference Devices devices,
      @Reference Processes processes) {
    this.catalog = catalog;
    this.wiring = wiring;
    this.provenance = provenance;
    this.devices = devices;
    this.processes = processes;
    this.splits = new SplitRuns(processes);
    this.models =
        new TrainedModels(catalog, wiring, provenance, devices, () -> List.copyOf(formats));
  }

  @Override
  public String schema() {
    return ExperimentSchema.of(catalog).toPrettyString();
  }

  @Override
  public String validate(Path file, List<String> overrides, Progress progress) {
    try (OpenExperiment opened = OpenExperiment.of(read(file, overrides), wiring, progress::note)) {
      return opened.wired().use(() -> {
        String sentence = Validation.of(opened, devices, progress);
        try (CandidateParts candidates = candidates(opened)) {
          Validation.candidates(opened, candidates, devices);
        }
        return sentence;
      });
    }
  }

  @Override
  public List<String> describe(Path file, List<String> overrides, Progress progress) {
    try (OpenExperiment opened = OpenExperiment.of(read(file, overrides), wiring, progress::note)) {
      return opened.wired().use(() -> Description.of(opened));
    }
  }

  @Override
  public <T> T examine(
      Path file,
      @Nullable Path folder,
      List<String> overrides,
      Progress progress,
      Function<Examined, T> look) {
    Experiment experiment = read(file, overrides);
    CohortSettings declared = experiment.cohort();
    CohortSettings lenient = new CohortSettings(
        declared.table(),
        declared.id(),
        declared.visit(),
        declared.targets(),
        Set.copyOf(CohortSettings.ALLOWABLE));
    Path from =
        folder == null ? experiment.file().getParent() : folder.toAbsolutePath().normalize();
    try (OpenExperiment opened = OpenExperiment.of(
        experiment,
        wiring,
        () -> new CohortReader(from, lenient, note -> {
          // what the experiment does not permit is no note but a finding
          if (!note.endsWith(Permissions.PERMITS)) {
            progress.note(note);
          }
        }))) {
      return opened.wired().use(() -> look.apply(new Examination(opened, devices)));
    }
  }

  private Experiment read(Path file, List<String> overrides) {
    return ExperimentReader.read(file.toAbsolutePath().normalize(), overrides, catalog);
  }

  @Override
  public RunResult run(RunRequest request) {
    RunPlace.check(request);
    Experiment experiment =
        request.experiment().orElseGet(() -> read(request.file(), request.overrides()));
    RecordedProgress progress = new RecordedProgress(request.progress());
    RunPlace place = RunPlace.of(request, experiment, progress::note);
    if (place.state() == RunPlace.State.DONE) {
      return result(place, progress);
    }
    try (OpenExperiment opened = OpenExperiment.of(experiment, wiring, progress::note)) {
      opened.wired().use(() -> {
        try (CandidateParts candidates = candidates(opened)) {
          // before the first fold is trained, and not when the last candidate's turn comes
          Validation.candidates(opened, candidates, devices);
          return run(opened, candidates, place.directory(), progress, request);
        }
      });
      return result(place, progress);
    }
  }

  /** A shard has no metrics. */
  private static RunResult result(RunPlace place, RecordedProgress progress) {
    Map<String, Map<String, Double>> means = ShardRun.in(place.path()).isPresent()
        ? Map.of()
        : means(RunReader.of(place.path()).json(RunReader.METRICS));
    return new RunResult(place.path(), means, progress.notes());
  }

  @Override
  public RunResult merge(List<Path> shards, Path out, Progress progress) {
    ShardRun first = SplitRuns.shard(shards.get(0));
    return run(RunRequest.of(first.experiment())
        .overrides(first.overrides())
        .merged(shards)
        .out(out)
        .progress(progress));
  }

  private CandidateParts candidates(OpenExperiment opened) {
    return new CandidateParts(opened.experiment(), opened.wired().parts(), wiring);
  }

  private @Nullable JsonNode run(
      OpenExperiment opened,
      CandidateParts candidates,
      RunDirectory directory,
      RecordedProgress progress,
      RunRequest request) {
    Splitting splitting = splits.of(
        request,
        directory.path(),
        opened.experiment(),
        opened.folds().size(),
        progress.notes()::contains);
    JsonNode ofShards = SplitRuns.provenance(request);
    RunContext context = new RunContext(
        opened.experiment(),
        opened.wired().parts(),
        candidates,
        opened.cohort(),
        opened.reader(),
        directory,
        progress,
        all(request),
        devices,
        () -> ofShards == null ? provenance(opened) : ofShards,
        () -> documents,
        splitting);
    return opened.experiment().pretraining().isEmpty()
        ? CrossValidation.run(context, opened.folds(), opened.inner())
        : Pretraining.run(context);
  }

  private ObjectNode provenance(OpenExperiment opened) {
    ObjectNode made = provenance.of(
        opened.experiment(),
        opened.reader().files(),
        new Provenance.Computed(
            devices.list(),
            devices.precision(opened.experiment().training().precision()),
            devices.attention().label()));
    SizeRule rule = SizeRule.of(opened.experiment(), opened.cohort(), opened.folds());
    if (rule != null) {
      made.set("model_by_size", rule.toJson());
    }
    return made;
  }

  /** Those of the request, and the services that there are at the moment of asking. */
  private Supplier<List<RunListener>> all(RunRequest request) {
    return () -> {
      List<RunListener> all = new ArrayList<>(request.listeners());
      all.addAll(listeners);
      return all;
    };
  }

  /** The means of metrics.json; of a pretraining its losses. */
  static Map<String, Map<String, Double>> means(JsonNode metrics) {
    Map<String, Map<String, Double>> means = new TreeMap<>();
    metrics
        .path("mean")
        .fields()
        .forEachRemaining(head -> means.put(head.getKey(), numbers(head.getValue())));
    if (metrics.has("pretraining")) {
      means.put("pretraining", numbers(metrics.path("pretraining")));
    }
    return Collections.unmodifiableMap(means);
  }

  private static Map<String, Double> numbers(JsonNode node) {
    Map<String, Double> numbers = new TreeMap<>();
    node.fields().forEachRemaining(entry -> {
      if (entry.getValue().isNumber()) {
        numbers.put(entry.getKey(), entry.getValue().doubleValue());
      }
    });
    return Collections.unmodifiableMap(numbers);
  }

  @Override
  public void predict(PredictionRequest request) {
    PredictionProcesses.check(request);
    FormattedTable.write(request.out(), formatted, out -> {
      PredictionRequest there = request.out(out);
      if (request.processes() > 1) {
        PredictionProcesses.predict(there, processes);
      } else {
        models.predict(there);
      }
    });
  }

  @Override
  public void mergePredictions(List<Path> tables, Path out) {
    FormattedTable.write(out, formatted, there -> SplitPredictions.merge(tables, there));
  }

  @Override
  public String evaluate(EvaluationRequest request) {
    return models.evaluate(request);
  }

  @Override
  public <T> T replay(
      Path run,
      @Nullable Path table,
      @Nullable Path folder,
      Progress progress,
      Function<Replayed, T> use) {
    return models.replay(run, table, folder, progress, use);
  }

  @Override
  public List<String> export(Path run, Path out, Progress progress) {
    return models.export(run, out.toAbsolutePath().normalize(), progress);
  }

  @Override
  public List<ExportedTensors> exported(Path run, Progress progress) {
    return models.exported(run, progress);
  }
}
