/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.stress;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.stroma.api.data.DataException;
import org.stroma.command.ExitCode;
import org.stroma.command.Progress;
import org.stroma.command.UsageException;
import org.stroma.command.WorkingFolder;
import org.stroma.dataset.DatasetVariant;
import org.stroma.parts.Json;
import org.stroma.run.RunDirectory;
import org.stroma.run.RunReader;
import org.stroma.runtime.Experiments;
import org.stroma.runtime.Replayed;
import org.stroma.training.Replay;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code stress}: how a run does with fewer modalities, missing ones and permuted ones, beside simpler models. */
@Component
public final class StressCommand implements org.stroma.command.Command {
  private final Experiments experiments;

  @Activate
  public StressCommand(@Reference Experiments experiments) {
    this.experiments = experiments;
  }

  @Override
  public Callable<Integer> call(PrintStream out, Progress progress) {
    return new Call(experiments, out, progress);
  }

  /** One call. */
  @Command(
      name = "stress",
      description =
          "Predicts the patients whom a run tested again, with every subset of their modalities, with modalities missing at random and"
              + " with each permuted between patients, beside the baselines of the run and models of each modality alone and of late"
              + " fusion that it trains on the folds of the run; writes stress.json and stress.csv into the run directory.",
      mixinStandardHelpOptions = true)
  static final class Call implements Callable<Integer> {
    private final Experiments experiments;
    private final PrintStream out;
    private final Progress progress;

    @Parameters(index = "0", paramLabel = "RUN_DIR", description = "a run directory")
    private Path run;

    @Parameters(
        index = "1",
        arity = "0..1",
        paramLabel = "COHORT",
        description =
            "other patients whose targets are known; those whom the run tested if not given")
    private @Nullable Path cohort;

    @Option(
        names = "--draws",
        defaultValue = "5",
        description = "of each random scenario; default: ${DEFAULT-VALUE}")
    private int draws;

    @Option(names = "--seed", defaultValue = "1", description = "default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(
        names = "--data",
        paramLabel = "DIR",
        description =
            "the folder that the experiment's file was in, where it is no longer there; paths of data start from it")
    private @Nullable Path data;

    @Option(
        names = "--no-training",
        description =
            "leaves out the models that are trained to compare with: one of each modality alone, and late fusion of all, on the folds of the run")
    private boolean noTraining;

    @Option(
        names = "--no-baselines",
        description =
            "leaves out the baselines of the run, which are fitted again to the training patients of each fold")
    private boolean noBaselines;

    /** How models were trained; empty where none was. */
    private String how = "";

    /** Why there are no baselines; empty where there are, or where none are wanted. */
    private String lacking = "";

    Call(Experiments experiments, PrintStream out, Progress progress) {
      this.experiments = experiments;
      this.out = out;
      this.progress = progress;
    }

    @Override
    public Integer call() {
      if (draws < 1 || draws > 1000) {
        throw new UsageException("--draws is " + draws + "; it has to be 1 to 1000");
      }
      if (data != null && cohort != null && noTraining && noBaselines) {
        throw new UsageException(
            "--data is for the run's own patients, and " + cohort
                + " holds others, while --no-training and --no-baselines want nothing trained with the run's own");
      }
      Path directory = WorkingFolder.resolve(run);
      List<Outcome> outcomes = experiments.replay(
          directory,
          cohort == null ? null : WorkingFolder.resolve(cohort),
          data == null ? null : WorkingFolder.resolve(data),
          progress,
          this::outcomes);
      ObjectNode of = Json.MAPPER.createObjectNode();
      of.put("patients", cohort == null ? "tested by the run" : cohort.toString());
      of.put("draws", draws).put("seed", seed);
      if (!how.isEmpty()) {
        of.put("trained", how);
      }
      if (!lacking.isEmpty()) {
        of.put("baselines_failure", lacking);
      }
      RunDirectory written = new RunDirectory(directory);
      written.write("stress.json", StressFiles.json(of, outcomes));
      written.write("stress.csv", StressFiles.csv(outcomes));
      out.print(StressFiles.table(
          outcomes, StressFiles.telling(outcomes), StressFiles.general(outcomes)));
      out.println("means over the folds; in brackets the standard deviation over " + draws
          + (draws == 1 ? " draw" : " draws")
          + "; \"with all\": the same patients with all that they have");
      if (!how.isEmpty()) {
        out.println("models named \"trained\" were trained anew, " + how
            + "; beside them, \"with all\" is the run's own model on the same patients");
      }
      tellBaselines(outcomes);
      return ExitCode.DONE.number();
    }

    private void tellBaselines(List<Outcome> outcomes) {
      if (!lacking.isEmpty()) {
        out.println("no baselines stand beside: " + lacking);
      }
      List<String> shown = StressFiles.general(outcomes);
      List<String> others = new ArrayList<>(StressFiles.names(outcomes));
      others.removeAll(shown);
      if (!shown.isEmpty()) {
        out.println(
            String.join(", ", shown)
                + ": baselines of the run, fitted again to the training patients of each fold, on the same patients in the same way");
      }
      if (!others.isEmpty()) {
        out.println(
            String.join(", ", others) + ": in stress.csv, of the patients who have the modality");
      }
    }

    /** What baselines are fitted to; other patients can be tried where the run's own are not there any more. */
    private List<Replay.Origin> origins(Replayed replayed) {
      if (noBaselines) {
        return List.of();
      }
      try {
        return replayed.origins();
      } catch (DataException e) {
        lacking = String.join("; ", e.sentences());
        return List.of();
      }
    }

    private List<Outcome> outcomes(Replayed replayed) {
      List<Scenario> scenarios =
          Scenario.of(List.copyOf(replayed.experiment().modalities().keySet()), draws, seed);
      List<DatasetVariant> variants = new ArrayList<>();
      scenarios.forEach(scenario -> variants.addAll(scenario.draws()));
      List<List<Replay.Measured>> measured = replayed.measure(variants, origins(replayed));
      List<Outcome> outcomes = new ArrayList<>();
      int first = 0;
      for (Scenario scenario : scenarios) {
        int from = first;
        int to = first + scenario.draws().size();
        outcomes.add(Outcome.of(
            scenario, measured.stream().map(fold -> fold.subList(from, to)).toList()));
        first = to;
      }
      if (!noTraining) {
        compare(replayed, scenarios, measured, outcomes);
      }
      return outcomes;
    }

    private void compare(
        Replayed replayed,
        List<Scenario> scenarios,
        List<List<Replay.Measured>> measured,
        List<Outcome> outcomes) {
      RunReader reader = RunReader.of(WorkingFolder.resolve(run));
      Comparison.announce(replayed, reader.history(), progress);
      List<Outcome> trained = Comparison.of(replayed, scenarios, measured);
      if (!trained.isEmpty()) {
        how = Comparison.how(replayed.experiment(), reader.experiment().has("initialize"));
        outcomes.addAll(trained);
      }
    }
  }
}
