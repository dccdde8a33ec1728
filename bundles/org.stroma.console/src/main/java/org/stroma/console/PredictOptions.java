/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.nio.file.Path;
import java.util.List;
import org.stroma.command.UsageException;
import org.stroma.explain.ExplanationOptions;
import org.stroma.runtime.PredictionRequest;
import org.stroma.shards.ShardOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is given to the command {@code predict}. */
final class PredictOptions {
  static final String TRAINING_PATIENTS =
      "takes patients whom every model was trained with, too: what is said of them says nothing about new patients";

  @Parameters(index = "0", paramLabel = "RUN_DIR", description = "a run directory")
  private Path run;

  @Parameters(
      index = "1",
      paramLabel = "COHORT",
      description = "a table like the run's; the modalities' files are looked for beside it")
  private Path cohort;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "where to write: FILE.csv, or FILE.parquet for Parquet")
  private Path out;

  @Option(
      names = "--details",
      paramLabel = "DIR",
      description =
          "a folder, which is not there yet, for what there is to look at: attention over patches, what genes and modalities "
              + "contribute, segmentations, progression; its README.txt explains the files")
  private Path details;

  @Option(
      names = "--slides",
      paramLabel = "FOLDER",
      description =
          "with --details: where the slides lie, by the names of their features' files; heat maps are drawn on them")
  private Path slides;

  @Option(
      names = "--top",
      paramLabel = "N",
      defaultValue = "" + ExplanationOptions.TOP,
      description =
          "with --details: most and least attended patches of each patient that are shown (default: ${DEFAULT-VALUE})")
  private int top;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "" + ExplanationOptions.STEPS,
      description =
          "with --details: steps of integrated gradients; 0 for no attributions (default: ${DEFAULT-VALUE})")
  private int steps;

  @Option(
      names = "--times",
      paramLabel = "T,T...",
      split = ",",
      description =
          "times at which survival is told, in the unit of the run's table; those of the run if not given")
  private List<Double> times = List.of();

  @Option(names = "--training-patients", description = TRAINING_PATIENTS)
  private boolean seenToo;

  @Mixin
  private ShardOptions shards;

  Path out() {
    return out;
  }

  PredictionRequest request() {
    if (!times.stream().allMatch(time -> time > 0 && time < Double.POSITIVE_INFINITY)) {
      throw new UsageException("--times has to be numbers above 0, separated by commas");
    }
    if (slides != null && details == null) {
      throw new UsageException("--slides is for --details, which is not given");
    }
    if (top < 0 || top > 1000 || steps < 0 || steps > 10_000) {
      throw new UsageException("--top has to be 0 to 1000, and --steps 0 to 10000");
    }
    return PredictionRequest.of(run, cohort, out)
        .details(details)
        .explanations(ExplanationOptions.usual().slides(slides).top(top).steps(steps))
        .times(times)
        .trainingPatients(seenToo)
        .processes(shards.processes())
        .shard(shards.shard());
  }
}
