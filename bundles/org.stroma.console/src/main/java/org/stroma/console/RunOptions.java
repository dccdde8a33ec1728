/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.nio.file.Path;
import java.util.List;
import org.stroma.runtime.RunRequest;
import org.stroma.shards.ShardOptions;
import picocli.CommandLine.Mixin;
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

  @Mixin
  private ShardOptions shards;

  RunRequest request() {
    return RunRequest.of(experiment)
        .overrides(overrides)
        .out(out)
        .resume(resume)
        .processes(shards.processes())
        .shard(shards.shard());
  }
}
