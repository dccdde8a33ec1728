/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.merge;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.stroma.command.ExitCode;
import org.stroma.command.Progress;
import org.stroma.runtime.Experiments;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code merge}: from the shards of a run or of predictions to all of them. */
@Component
public final class MergeCommand implements org.stroma.command.Command {
  private final Experiments experiments;

  @Activate
  public MergeCommand(@Reference Experiments experiments) {
    this.experiments = experiments;
  }

  @Override
  public Callable<Integer> call(PrintStream out, Progress progress) {
    return new Merge(experiments, out, progress);
  }

  /** One call. */
  @Command(
      name = "merge",
      description =
          "Puts all shards together, folders that run --shard wrote or tables of predict --shard, to what one process would have written.",
      mixinStandardHelpOptions = true)
  static final class Merge implements Callable<Integer> {
    private final Experiments experiments;
    private final PrintStream results;
    private final Progress progress;

    @Parameters(paramLabel = "SHARD", arity = "1..*", description = "all shards")
    private List<Path> shards;

    @Option(
        names = "--out",
        paramLabel = "DIR|FILE.csv",
        required = true,
        description =
            "the run directory, which is not there yet or empty, or the table of predictions")
    private Path out;

    Merge(Experiments experiments, PrintStream results, Progress progress) {
      this.experiments = experiments;
      this.results = results;
      this.progress = progress;
    }

    @Override
    public Integer call() {
      if (Files.isRegularFile(shards.get(0))) {
        experiments.mergePredictions(shards, out);
        results.println(out);
      } else {
        results.println(experiments.merge(shards, out, progress).directory());
      }
      return ExitCode.DONE.number();
    }
  }
}
