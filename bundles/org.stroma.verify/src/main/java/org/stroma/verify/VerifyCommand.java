/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.verify;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.stroma.api.data.DataException;
import org.stroma.command.ExitCode;
import org.stroma.command.Progress;
import org.stroma.command.UsageException;
import org.stroma.command.WorkingFolder;
import org.stroma.run.CheckpointStore;
import org.stroma.run.Provenance;
import org.stroma.run.RunReader;
import org.stroma.run.UnfinishedRun;
import org.stroma.runtime.Experiments;
import org.stroma.runtime.Replayed;
import org.stroma.training.PredictedAgain;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code verify}: whether a run directory, its data and its models still belong together. */
@Component
public final class VerifyCommand implements org.stroma.command.Command {
  private final Experiments experiments;
  private final Provenance provenance;

  @Activate
  public VerifyCommand(@Reference Experiments experiments, @Reference Provenance provenance) {
    this.experiments = experiments;
    this.provenance = provenance;
  }

  @Override
  public Callable<Integer> call(PrintStream out, Progress progress) {
    return new Call(experiments, provenance, out, progress);
  }

  /** One call. */
  @Command(
      name = "verify",
      description =
          "Checks that a run is what it says: recomputes the SHA-256 of its checkpoints and of the data that it read, tells whether the"
              + " bundles are those of the run, predicts again and compares with predictions.csv and metrics.json. Ends with code 3"
              + " where something differs; other bundles alone are told and no failure.",
      mixinStandardHelpOptions = true)
  static final class Call implements Callable<Integer> {
    private final Experiments experiments;
    private final Provenance provenance;
    private final PrintStream out;
    private final Progress progress;

    @Parameters(index = "0", paramLabel = "RUN_DIR", description = "a run directory")
    private Path run;

    @Option(
        names = "--data",
        paramLabel = "DIR",
        description =
            "the folder that the experiment's file was in, where it is no longer there; paths of data start from it")
    private @Nullable Path data;

    @Option(
        names = "--tolerance",
        defaultValue = "0",
        paramLabel = "X",
        description =
            "by how much numbers may differ, times those that are larger than 1, such as 1e-5 on another machine; default: ${DEFAULT-VALUE},"
                + " the same bits")
    private double tolerance;

    private int problems;

    Call(Experiments experiments, Provenance provenance, PrintStream out, Progress progress) {
      this.experiments = experiments;
      this.provenance = provenance;
      this.out = out;
      this.progress = progress;
    }

    @Override
    public Integer call() {
      if (!(tolerance >= 0 && tolerance < 1)) {
        throw new UsageException(
            "--tolerance is " + tolerance + "; it has to be 0 or more, below 1");
      }
      Path directory = WorkingFolder.resolve(run);
      Path folder = data == null ? null : WorkingFolder.resolve(data);
      RunReader reader = RunReader.of(directory);
      checkFinished(directory);
      boolean sound =
          check("checkpoints", () -> checkpoints(CheckpointStore.of(directory), reader));
      check("data", () -> new DataFiles(directory, reader.provenance(), folder).check(progress));
      List<String> others = new ArrayList<>();
      provenance.differences(directory, others::add);
      out.println(
          "bundles: " + (others.isEmpty() ? "those of the run" : String.join("; ", others)));
      if (reader.pretraining()) {
        out.println("predictions: none, the run is a pretraining");
      } else if (sound) {
        predict(directory, folder, reader, others);
      } else {
        out.println("predictions: not made again with such checkpoints");
      }
      out.println(
          problems == 0
              ? run + " is what it says"
              : run + " is not what it says: "
                  + (problems == 1 ? "one finding" : problems + " findings"));
      return (problems == 0 ? ExitCode.DONE : ExitCode.UNUSABLE_DATA).number();
    }

    private void checkFinished(Path directory) {
      if (UnfinishedRun.worked(directory)) {
        throw new DataException(run + " is where a run writes now; wait until it is done");
      }
      if (UnfinishedRun.in(directory)) {
        throw new DataException(run + " holds a run that was not finished ("
            + UnfinishedRun.foldsInWords(directory) + "); run --resume goes on with it");
      }
    }

    private static String checkpoints(List<CheckpointStore.Trained> trained, RunReader reader) {
      int models = trained.stream().mapToInt(fold -> fold.models().size()).sum();
      return (models == 1 ? "1 model is" : models + " models are") + " as written"
          + (reader.pretraining() || trained.size() == 1
              ? ""
              : ", of " + trained.size() + " folds");
    }

    private void predict(
        Path directory, @Nullable Path folder, RunReader reader, List<String> told) {
      List<PredictedAgain> again = new ArrayList<>();
      boolean predicted = check("predictions", () -> {
        again.addAll(
            experiments.replay(directory, null, folder, without(told), Replayed::predictAgain));
        return PredictionComparison.check(reader.predictions(), again, tolerance);
      });
      if (predicted || !again.isEmpty()) {
        check("metrics", () -> MetricsComparison.check(reader.metrics().json(), again, tolerance));
      }
    }

    /** What was told already is not told twice. */
    private Progress without(List<String> told) {
      return new Progress() {
        @Override
        public void note(String message) {
          if (!told.contains(message)) {
            progress.note(message);
          }
        }

        @Override
        public void at(String message) {
          progress.at(message);
        }
      };
    }

    /** Prints what a check says, a line a finding; whether it found nothing. */
    private boolean check(String what, Supplier<String> check) {
      try {
        out.println(what + ": " + check.get());
        return true;
      } catch (DataException e) {
        e.sentences().forEach(sentence -> out.println(what + ": " + sentence));
        if (e.count() > e.sentences().size()) {
          out.println(what + ": " + (e.count() - e.sentences().size()) + " more like these");
        }
        problems += e.count();
        return false;
      }
    }
  }
}
