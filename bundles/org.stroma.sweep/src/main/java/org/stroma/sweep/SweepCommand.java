/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.sweep;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.stroma.command.ExitCode;
import org.stroma.command.Progress;
import org.stroma.parts.PartCatalog;
import org.stroma.parts.PartWiring;
import org.stroma.run.Provenance;
import org.stroma.runtime.Experiments;
import org.stroma.shards.Processes;
import org.stroma.shards.ShardOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code sweep}: runs an experiment with every setting of its section {@code sweep}, and sorts what came of them. */
@Component
public final class SweepCommand implements org.stroma.command.Command {
  private final Experiments experiments;
  private final PartCatalog catalog;
  private final PartWiring wiring;
  private final Provenance provenance;
  private final Processes processes;

  @Activate
  public SweepCommand(
      @Reference Experiments experiments,
      @Reference PartCatalog catalog,
      @Reference PartWiring wiring,
      @Reference Provenance provenance,
      @Reference Processes processes) {
    this.experiments = experiments;
    this.catalog = catalog;
    this.wiring = wiring;
    this.provenance = provenance;
    this.processes = processes;
  }

  @Override
  public Callable<Integer> call(PrintStream out, Progress progress) {
    return new Call(
        new SweepRun(experiments, catalog, wiring, provenance, processes, out, progress));
  }

  /** One call. */
  @Command(
      name = "sweep",
      description =
          "Runs an experiment with the settings of its section \"sweep\", goes on where it was stopped, and sorts what came of them.",
      mixinStandardHelpOptions = true)
  static final class Call implements Callable<Integer> {
    private final SweepRun run;

    @Parameters(
        paramLabel = "EXPERIMENT.json",
        description = "the experiment, with a section \"sweep\"")
    private Path experiment;

    @Option(
        names = "--out",
        paramLabel = "DIR",
        required = true,
        description =
            "a folder for a run directory a trial, and sweep.csv; or that of the same sweep, to go on")
    private Path directory;

    @Option(
        names = "--set",
        paramLabel = "path=value",
        description = "changes a value of the experiment, for all trials")
    private List<String> overrides = List.of();

    @Mixin
    private ShardOptions shards;

    Call(SweepRun run) {
      this.run = run;
    }

    @Override
    public Integer call() {
      run.run(experiment, overrides, directory, shards.shard(), shards.processes());
      return ExitCode.DONE.number();
    }
  }
}
