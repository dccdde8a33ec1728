/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.nio.file.Path;
import java.util.List;
import org.stroma.runtime.RunRequest;
import org.stroma.shards.Shard;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is given to the command {@code run}. */
final class RunOptions {
  @Parameters(paramLabel = "EXPERIMENT.json", description = "the experiment")
  private Path experiment;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "the run directory; runs/NAME if not given")
  private Path out;

  @Option(
      names = "--set",
      paramLabel = "path=value",
      description =
          "changes a value of the experiment, such as training.epochs=10; null takes it away")
  private List<String> overrides = List.of();

  @Option(
      names = "--resume",
      description =
          "goes on with the run in DIR, or with the latest in runs, if it was not finished")
  private boolean resume;

  @Option(
      names = "--processes",
      paramLabel = "N",
      defaultValue = "1",
      description = "processes on this machine that share the folds (default: ${DEFAULT-VALUE})")
  private int processes;

  @Option(
      names = "--shard",
      paramLabel = "i/n",
      defaultValue = "0/1",
      description =
          "carries out the folds i, i + n, i + 2n and so on alone, counted from 0; merge puts all n shards together")
  private String shard;

  RunRequest request() {
    return RunRequest.of(experiment)
        .overrides(overrides)
        .out(out)
        .resume(resume)
        .processes(processes)
        .shard(Shard.of("--shard", shard));
  }
}
