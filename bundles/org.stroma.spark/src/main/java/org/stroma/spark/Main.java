/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.spark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.stroma.command.UsageException;
import org.stroma.launcher.DistributionException;
import org.stroma.launcher.ExitCode;
import org.stroma.launcher.Result;

/**
 * {@code run}, {@code sweep}, {@code extract} and {@code predict} on a cluster of Apache Spark: the
 * program of {@code spark-submit}.
 *
 * <pre>{@code
 * spark-submit --master URL --archives stroma.tgz#stroma --class org.stroma.spark.Main \
 *   stroma/spark/org.stroma.spark.jar run EXPERIMENT.json --out DIR [--set path=value]... [--shards N]
 * }</pre>
 *
 * <p>Folds, trials, slides or patients are cut into {@code N} shards (by default four for each core),
 * each of which is a task that runs the command with {@code --shard i/N}. When all are done, the driver
 * puts them together; the result has the bits of one that was made on one machine. The experiment,
 * its data and {@code --out} have to be on a file system that driver and executors see under the same
 * paths. Shards that are done are kept in {@code DIR.shards} until then: the same command goes on from
 * there, however it was ended.
 *
 * <p>Exit codes are those of the command line ({@link ExitCode}). A shard that fails for its experiment
 * or its data is not tried again; the others are carried out, and each distinct sentence is told once
 * at the end.
 */
public final class Main {
  /** Shards for each core, so that one slow shard keeps no core waiting for long. */
  private static final int SHARDS_A_CORE = 4;

  /** Time for executors to come, to count their cores. */
  private static final int MOST_SECONDS = 15;

  private final ShardedCommand command;
  private final PrintStream out;
  private final PrintStream err;

  /** What to tell when the process is ended from outside; null while there is nothing to tell. */
  private volatile String standing;

  private volatile boolean interrupted;

  private Main(ShardedCommand command, PrintStream out, PrintStream err) {
    this.command = command;
    this.out = out;
    this.err = err;
  }

  /**
   * Carries out a command, and ends the process if it fails.
   *
   * @param arguments the command and its arguments, as on the command line
   */
  public static void main(String[] arguments) {
    int code = run(List.of(arguments), new SparkConf(), System.out, System.err).number();
    // where all went well, the driver ends as Spark's programs do
    if (code != 0) {
      System.exit(code);
    }
  }

  /**
   * Carries out a command.
   *
   * @param conf Spark's options, as the user has said them
   * @param out for results
   * @param err for progress and errors
   */
  static ExitCode run(List<String> arguments, SparkConf conf, PrintStream out, PrintStream err) {
    try {
      Path folder = Path.of(conf.get(SharedDistribution.FOLDER, "")).toAbsolutePath();
      Main main = new Main(ShardedCommand.parse(arguments, folder), out, err);
      main.check(conf);
      SparkDefaults.apply(conf, main.command, folder);
      return main.submit(conf);
    } catch (UsageException e) {
      e.sentences().forEach(sentence -> err.println("stroma: " + sentence));
      return ExitCode.WRONG_USE;
    } catch (DistributionException e) {
      err.println("stroma: " + e.getMessage());
      return ExitCode.OUR_FAULT;
    } finally {
      SharedDistribution.close();
    }
  }

  /** What can be told before there is a cluster. */
  private void check(SparkConf conf) {
    if (!conf.contains("spark.master")) {
      throw new UsageException("no cluster is named; start it with spark-submit --master URL");
    }
    if (!Files.exists(Path.of(command.input()))) {
      throw new UsageException(command.input() + " is not there");
    }
    Path result = Path.of(command.out());
    if ((command.kind() == ShardedCommand.Kind.RUN || command.isParquet()) && isTaken(result)) {
      throw new UsageException(result + " is there already; name another place with --out");
    }
    if (SparkDefaults.isLocal(conf) && !"1".equals(System.getenv("TF_DETERMINISTIC_OPS"))) {
      err.println(
          "stroma: set TF_DETERMINISTIC_OPS=1 in the environment for the same numbers as the command line's");
    }
  }

  private static boolean isTaken(Path result) {
    if (!Files.isDirectory(result)) {
      return Files.exists(result);
    }
    try (Stream<Path> entries = Files.list(result)) {
      return entries.findAny().isPresent();
    } catch (IOException e) {
      return true;
    }
  }

  private ExitCode submit(SparkConf conf) {
    Thread hook = new Thread(this::tellStanding, "stroma-interrupt");
    Runtime.getRuntime().addShutdownHook(hook);
    try (JavaSparkContext context = new JavaSparkContext(conf)) {
      SharedDistribution.home(SharedDistribution.candidates(context.getConf(), System.getenv()));
      ShardsFolder folder = ShardsFolder.of(command.out());
      int shards = command.shards() > 0 ? command.shards() : SHARDS_A_CORE * cores(context);
      try (ShardsFolder.Held held = folder.take(command, shards)) {
        ExitCode code = carryOut(context, folder, held.plan());
        standing = null;
        return code;
      }
    } finally {
      forget(hook);
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // it runs
    }
  }

  private void tellStanding() {
    interrupted = true;
    String sentence = standing;
    if (sentence != null) {
      err.println("stroma: interrupted; " + sentence);
    }
  }

  /** Cores of the executors, for which it waits a little: without any, Spark tells two. */
  private static int cores(JavaSparkContext context) {
    int before = 0;
    for (int i = 0; i < MOST_SECONDS && !SparkDefaults.isLocal(context.getConf()); i++) {
      // the driver is one of them
      int executors = context.sc().statusTracker().getExecutorInfos().length - 1;
      if (executors > 0 && executors == before) {
        break;
      }
      before = executors;
      try {
        Thread.sleep(1000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    return context.defaultParallelism();
  }

  private ExitCode carryOut(JavaSparkContext context, ShardsFolder folder, Plan plan) {
    Outcomes outcomes = new Outcomes(plan.shards());
    List<ShardTask> tasks = new ArrayList<>();
    for (int i = 0; i < plan.shards(); i++) {
      if (Files.isDirectory(folder.shard(i, plan.shards()))) {
        outcomes.add(ShardOutcome.done(i));
      } else {
        tasks.add(new ShardTask(command, i, plan.shards(), plan.text()));
      }
    }
    standing = standing(outcomes, folder);
    if (outcomes.done() > 0) {
      tell(outcomes.progress() + " since an earlier start");
    }
    SharedDistribution.tell(!SparkDefaults.isLocal(context.getConf()));
    try {
      Shards.run(context, tasks, outcome -> {
        outcomes.add(outcome);
        standing = standing(outcomes, folder);
        tell(outcomes.progress());
      });
    } catch (IllegalStateException e) {
      if (interrupted) {
        return ExitCode.INTERRUPTED;
      }
      tell(e.getMessage());
      tell(standing);
      return ExitCode.OUR_FAULT;
    } finally {
      SharedDistribution.tell(true);
    }
    return outcomes.canBeFinished(command.kind())
        ? finish(context, folder, plan)
        : failed(outcomes, folder);
  }

  private String standing(Outcomes outcomes, ShardsFolder folder) {
    return outcomes.progress() + "; what is done is kept in "
        + (command.kind().isMerged() ? folder.path() : command.out())
        + ", and the same command goes on from there";
  }

  private ExitCode finish(JavaSparkContext context, ShardsFolder folder, Plan plan) {
    Path target = Path.of(command.out());
    try {
      // a run directory is whole or absent, however the driver ends, and so is a folder of Parquet
      Path place = command.kind() == ShardedCommand.Kind.RUN || command.isParquet()
          ? folder.attempt("whole-" + context.sc().applicationId()).resolve(target.getFileName())
          : target;
      Path table = command.isParquet() ? place.resolveSibling("predictions.csv") : place;
      Result result = SharedDistribution.get(context.getConf())
          .run(command.whole(folder.parts(command.kind(), plan.shards()), table));
      if (result.isDone() && command.isParquet()) {
        ParquetTable.write(table, place);
      }
      if (result.isDone() && !place.equals(target)) {
        Files.move(place, target, StandardCopyOption.ATOMIC_MOVE);
      }
      out.print(result.output().replace(table.toString(), target.toString()));
      out.flush();
      if (result.isDone() || !command.kind().isMerged()) {
        folder.remove();
      }
      return result.code();
    } catch (IOException e) {
      throw new UsageException(target + " cannot be written: " + e);
    }
  }

  private ExitCode failed(Outcomes outcomes, ShardsFolder folder) {
    outcomes.sentences().forEach(this::tell);
    if (outcomes.done() > 0) {
      tell(standing(outcomes, folder));
    } else {
      folder.remove();
    }
    return outcomes.code();
  }

  private void tell(String sentence) {
    err.println("stroma: " + sentence);
  }
}
