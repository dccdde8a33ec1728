/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.merge;

import java.io.PrintStream;
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

/** The command {@code merge}: from the shards of a run to the run. */
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
          "Puts all shards of a run together, each a folder that run --shard wrote, to what one process would have written.",
      mixinStandardHelpOptions = true)
  static final class Merge implements Callable<Integer> {
    private final Experiments experiments;
    private final PrintStream results;
    private final Progress progress;

    @Parameters(paramLabel = "DIR", arity = "1..*", description = "all shards of a run")
    private List<Path> shards;

    @Option(
        names = "--out",
        paramLabel = "DIR",
        required = true,
        description = "the run directory, which is not there yet, or empty")
    private Path out;

    Merge(Experiments experiments, PrintStream results, Progress progress) {
      this.experiments = experiments;
      this.results = results;
      this.progress = progress;
    }

    @Override
    public Integer call() {
      results.println(experiments.merge(shards, out, progress).directory());
      return ExitCode.DONE.number();
    }
  }
}
