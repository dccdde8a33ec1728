/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.stroma.api.data.DataException;
import org.stroma.command.ExitCode;
import org.stroma.command.Progress;
import org.stroma.command.UsageException;
import org.stroma.evaluation.Evaluator;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.ExperimentReader;
import org.stroma.experiment.Sweep;
import org.stroma.files.AtomicFiles;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.Json;
import org.stroma.parts.PartCatalog;
import org.stroma.parts.PartScope;
import org.stroma.parts.PartWiring;
import org.stroma.run.Provenance;
import org.stroma.run.UnfinishedRun;
import org.stroma.runtime.Experiments;
import org.stroma.runtime.RunRequest;
import org.stroma.shards.Failure;
import org.stroma.shards.Processes;
import org.stroma.shards.Shard;

/** Runs the trials of a sweep, one after the other. */
final class SweepRun {
  static final String TABLE = "sweep.csv";

  private final Experiments experiments;
  private final PartCatalog catalog;
  private final PartWiring wiring;
  private final Provenance provenance;
  private final Processes processes;
  private final PrintStream out;
  private final Progress progress;

  /** What has been told: most of what a trial tells is told by all. */
  private final Set<String> told = new HashSet<>();

  SweepRun(
      Experiments experiments,
      PartCatalog catalog,
      PartWiring wiring,
      Provenance provenance,
      Processes processes,
      PrintStream out,
      Progress progress) {
    this.experiments = experiments;
    this.catalog = catalog;
    this.wiring = wiring;
    this.provenance = provenance;
    this.processes = processes;
    this.out = out;
    this.progress = progress;
  }

  /**
   * Runs what has not been run yet.
   *
   * @param overrides as of {@code --set}
   * @param shard whose trials alone are run; their table is written by the whole sweep
   * @param number of processes that share the trials
   * @return whether any trial came to its end
   * @throws FaultsException with every fault of the experiment and of the trials, before any is run
   */
  boolean run(Path file, List<String> overrides, Path folder, Shard shard, int number) {
    Path absolute = file.toAbsolutePath().normalize();
    Experiment base = ExperimentReader.read(absolute, overrides, catalog);
    Sweep sweep = base.sweep();
    if (sweep == null) {
      throw new FaultsException(
          List.of(
              new Fault(
                  Sweep.POINTER,
                  "is missing; it has to be an object such as {\"grid\": {\"training.epochs\": [20, 40]}}")),
          false);
    }
    Map<Trial, Experiment> trials = read(absolute, overrides, sweep);
    SweepTable table = new SweepTable(sweep, higherIsBetter(base));
    Path absoluteFolder = folder.toAbsolutePath().normalize();
    if (number > 1) {
      // refuses what is no place for this sweep
      SweepFolder.open(absoluteFolder, base.resolved(), Shard.ALL).close();
      elsewhere(absolute, overrides, absoluteFolder, Math.min(number, trials.size()), trials);
    }
    try (SweepFolder place = SweepFolder.open(absoluteFolder, base.resolved(), shard)) {
      if (!shard.whole()) {
        return shard(trials, table, place, shard);
      }
      boolean any = all(trials, table, place, true);
      table.lines().forEach(out::println);
      progress.note(table.meaning());
      out.println(place.path(TABLE));
      return any;
    }
  }

  private boolean shard(
      Map<Trial, Experiment> trials, SweepTable table, SweepFolder place, Shard shard) {
    Map<Trial, Experiment> own = new LinkedHashMap<>();
    shard.of(List.copyOf(trials.keySet())).forEach(trial -> own.put(trial, trials.get(trial)));
    boolean any = all(own, table, place, false);
    note("shard " + shard + " is done: "
        + (own.size() == 1 ? "1 trial" : own.size() + " trials")
        + "; when all shards are, the same command without --shard writes " + TABLE);
    return any;
  }

  /** Has the trials run; what went wrong with one comes out again when its turn comes here. */
  private void elsewhere(
      Path file, List<String> overrides, Path folder, int number, Map<Trial, Experiment> trials) {
    List<Processes.Work> work = new ArrayList<>();
    for (Shard shard : Shard.all(number)) {
      List<String> arguments = new ArrayList<>(
          List.of("sweep", file.toString(), "--out", folder.toString(), "--shard", "" + shard));
      overrides.forEach(change -> arguments.addAll(List.of("--set", change)));
      work.add(new Processes.Work(shard, arguments));
    }
    List<Failure> failures = processes.run(
        work,
        progress,
        () -> trials.keySet().stream()
                .filter(
                    trial -> Files.exists(folder.resolve(trial.folder()).resolve("metrics.json")))
                .count()
            + " of " + trials.size() + " trials are done, in " + number + " processes",
        told::contains);
    List<Failure> ended = failures.stream()
        .filter(failure -> failure.code() != ExitCode.WRONG_USE.number()
            && failure.code() != ExitCode.UNUSABLE_DATA.number())
        .toList();
    if (!ended.isEmpty()) {
      throw Failure.all(ended);
    }
  }

  private Map<Trial, Experiment> read(Path file, List<String> overrides, Sweep sweep) {
    Map<Trial, Experiment> trials = new LinkedHashMap<>();
    // a value that does not fit is one of many trials
    Set<Fault> faults = new LinkedHashSet<>();
    boolean missing = true;
    for (Trial trial : Trial.of(sweep)) {
      List<String> all = new ArrayList<>(overrides);
      all.addAll(trial.overrides());
      try {
        trials.put(trial, ExperimentReader.read(file, all, catalog));
      } catch (FaultsException e) {
        e.faults().forEach(fault -> faults.add(at(sweep, trial, fault)));
        missing &= e.partMissing();
      }
    }
    if (!faults.isEmpty()) {
      throw new FaultsException(List.copyOf(faults), missing);
    }
    return trials;
  }

  /** A fault of a trial, told at the value that it comes from. */
  private static Fault at(Sweep sweep, Trial trial, Fault fault) {
    String section = Sweep.POINTER + (sweep.random().isEmpty() ? "/grid/" : "/random/");
    for (Map.Entry<String, JsonNode> value : trial.values().entrySet()) {
      String path = value.getKey();
      String pointer = path.startsWith("/") ? path : "/" + path.replace('.', '/');
      if ((fault.pointer() + "/").startsWith(pointer + "/")) {
        return new Fault(
            section + path.replace("~", "~0").replace("/", "~1"),
            "has " + value.getValue() + "; " + fault,
            fault.wanted());
      }
    }
    return new Fault(
        Sweep.POINTER, "has the trial " + trial.words() + "; " + fault, fault.wanted());
  }

  private boolean higherIsBetter(Experiment base) {
    try (PartScope metrics = wiring.wire(base.metrics())) {
      return metrics.use(() -> {
        Evaluator evaluator = new Evaluator(base, metrics.parts());
        evaluator.checkDeciding();
        return evaluator.higherIsBetter(base.sweep().head(), base.sweep().metric());
      });
    }
  }

  private boolean all(
      Map<Trial, Experiment> trials, SweepTable table, SweepFolder place, boolean written) {
    int number = 0;
    boolean any = false;
    RuntimeException failure = null;
    for (Map.Entry<Trial, Experiment> each : trials.entrySet()) {
      Trial trial = each.getKey();
      number++;
      JsonNode metrics = place.finished(trial, each.getValue().resolved());
      if (metrics != null) {
        note(trial.folder() + " was run before: " + trial.words());
        provenance.differences(place.path(trial), this::note);
      } else {
        try {
          metrics = run(
              each.getValue(),
              place.path(trial),
              named("trial " + number + "/" + trials.size() + "  ", trial));
        } catch (FaultsException | DataException e) {
          if (e instanceof FaultsException faults && faults.partLost()) {
            throw e;
          }
          String sentence = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
          note(trial.folder() + " failed: " + sentence);
          table.add(trial, sentence);
          failure = failure == null ? e : failure;
        }
      }
      if (metrics != null) {
        table.add(trial, metrics);
        any = true;
      }
      if (written) {
        AtomicFiles.write(place.path(TABLE), table.csv());
      }
    }
    if (!any && failure != null) {
      throw failure;
    }
    return any;
  }

  private JsonNode run(Experiment experiment, Path directory, Progress own) {
    experiments.run(RunRequest.of(experiment)
        .out(directory)
        .resume(UnfinishedRun.in(directory))
        .progress(own));
    try {
      return Json.read(directory.resolve("metrics.json"), Json.LARGEST_DOCUMENT);
    } catch (Json.Unreadable e) {
      throw new UsageException(e.getMessage());
    }
  }

  private void note(String message) {
    if (told.add(message)) {
      progress.note(message);
    }
  }

  /** Tells which trial it is. */
  private Progress named(String at, Trial trial) {
    progress.note(trial.folder() + ": " + trial.words());
    return new Progress() {
      @Override
      public void note(String message) {
        SweepRun.this.note(message);
      }

      @Override
      public void at(String message) {
        progress.at(at + message);
      }
    };
  }
}
