/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.stroma.command.UsageException;
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

  @Option(
      names = "--web",
      description = "shows the run in a browser of this machine; its address is told first")
  private boolean web;

  @Mixin
  private WebOptions webOptions;

  @Mixin
  private ShardOptions shards;

  /**
   * Opens the live view where it is wanted.
   *
   * @return its address; null where it is not wanted
   */
  URI openView(BundleContext context) {
    if (!web) {
      if (webOptions.named()) {
        throw new UsageException("--port is that of the live view, so it needs --web");
      }
      return null;
    }
    if (shards.processes() > 1) {
      throw new UsageException(
          "--web shows what this process trains, and with --processes others do; leave one of them out");
    }
    return webOptions.open(context, null);
  }

  RunRequest request() {
    return RunRequest.of(experiment)
        .overrides(overrides)
        .out(out)
        .resume(resume)
        .processes(shards.processes())
        .shard(shards.shard());
  }
}
