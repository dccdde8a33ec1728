/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.spark;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.stroma.command.UsageException;
import org.stroma.launcher.DistributionException;
import org.stroma.launcher.ExitCode;
import org.stroma.launcher.Result;

/**
 * One shard, as plain data. What does not hang on the machine (a wrong experiment, unusable data) ends
 * as an outcome, so that it is not tried again; what may go better elsewhere is thrown for Spark.
 *
 * @param command what is carried out
 * @param index number of the shard, from 0
 * @param count how many shards
 * @param plan what the driver has written, to see whether this machine sees it
 */
record ShardTask(ShardedCommand command, int index, int count, String plan)
    implements Serializable {
  /** Outcomes that are the same on every machine. */
  private static final Set<ExitCode> FINAL =
      Set.of(ExitCode.DONE, ExitCode.WRONG_USE, ExitCode.UNUSABLE_DATA, ExitCode.PART_MISSING);

  /** What commands tell of a folder where another process writes. */
  private static final Set<String> BUSY =
      Set.of("another sweep is at work in ", " is where another run writes now;");

  /** Before another attempt. */
  private static final long PAUSE_MILLIS = 3_000;

  /** A lost executor ends long before. */
  private static final int MOST_PAUSES = 200;

  /**
   * One attempt at the task.
   *
   * @param name of no other attempt
   * @param host for sentences
   * @param isLast whether Spark gives the whole job up if this one fails
   * @param threads that it has
   * @param pauseMillis time before the next
   */
  record Attempt(String name, String host, boolean isLast, int threads, long pauseMillis) {
    /** That of the task which this thread carries out. */
    static Attempt now() {
      TaskContext context = TaskContext.get();
      SparkEnv env = SparkEnv.get();
      // in one virtual machine Spark tries once
      int most =
          SparkDefaults.isLocal(env.conf()) ? 1 : env.conf().getInt("spark.task.maxFailures", 4);
      return new Attempt(
          env.conf().getAppId() + "-" + context.taskAttemptId(),
          env.blockManager().blockManagerId().host(),
          context.attemptNumber() + 1 >= most,
          context.cpus(),
          PAUSE_MILLIS);
    }
  }

  /** Carries it out with the executor's distribution. */
  ShardOutcome run() {
    return run(Attempt.now(), arguments -> SharedDistribution.get(SparkEnv.get().conf())
        .run(arguments));
  }

  /**
   * Carries it out.
   *
   * @param stroma runs a command of Stroma
   * @throws ShardException if Spark may try again
   */
  ShardOutcome run(Attempt attempt, Function<String[], Result> stroma) {
    try {
      return attempt(attempt, stroma);
    } catch (UsageException e) {
      return failed(attempt, ExitCode.WRONG_USE, e.getMessage());
    } catch (IOException e) {
      return failed(attempt, ExitCode.OUR_FAULT, e.toString());
    } catch (DistributionException e) {
      return failed(attempt, ExitCode.OUR_FAULT, e.getMessage());
    }
  }

  private ShardOutcome attempt(Attempt attempt, Function<String[], Result> stroma)
      throws IOException {
    ShardsFolder folder = ShardsFolder.of(command.out());
    if (!folder.holds(plan)) {
      return failed(
          attempt,
          ExitCode.WRONG_USE,
          folder.path()
              + " of the driver is not seen there; --out has to be on a file system that all machines share");
    }
    if (!Files.exists(Path.of(command.input()))) {
      return failed(
          attempt,
          ExitCode.WRONG_USE,
          command.input()
              + " is not there; experiment and data have to be on a file system that all machines share, under the same path");
    }
    if (Files.isDirectory(folder.shard(index, count))) {
      return ShardOutcome.done(index);
    }
    return command.kind().isMerged()
        ? ownPlace(attempt, folder, stroma)
        : outcome(attempt, sharedPlace(attempt, stroma));
  }

  private ShardOutcome ownPlace(
      Attempt attempt, ShardsFolder folder, Function<String[], Result> stroma) throws IOException {
    Path own = folder.attempt(attempt.name());
    boolean done = false;
    try {
      Path place = own.resolve(command.kind().part());
      ShardOutcome outcome =
          outcome(attempt, stroma.apply(command.shard(index, count, place, attempt.threads)));
      done = outcome.isDone();
      if (done) {
        folder.finish(own, index, count);
      }
      return outcome;
    } finally {
      if (!done) {
        ShardsFolder.remove(own);
      }
    }
  }

  /** Waits where an executor that is lost to the driver still works on the same. */
  private Result sharedPlace(Attempt attempt, Function<String[], Result> stroma) {
    for (int pauses = 0; ; pauses++) {
      Result result =
          stroma.apply(command.shard(index, count, Path.of(command.out()), attempt.threads));
      if (pauses == MOST_PAUSES || !isBusy(result) || !pause(attempt)) {
        return result;
      }
    }
  }

  private static boolean isBusy(Result result) {
    return result.faults().stream()
        .anyMatch(fault -> BUSY.stream().anyMatch(fault.message()::contains));
  }

  private ShardOutcome outcome(Attempt attempt, Result result) {
    List<String> sentences =
        result.faults().stream().map(Result.Fault::toString).toList();
    if (FINAL.contains(result.code())) {
      return new ShardOutcome(index, result.code(), sentences);
    }
    if (result.code() == ExitCode.INTERRUPTED) {
      throw new ShardException("shard " + index + " of " + count + " was interrupted");
    }
    return failed(attempt, ExitCode.OUR_FAULT, String.join("; ", sentences));
  }

  /** Leaves it to Spark to try again, elsewhere if possible, but for the last time. */
  private ShardOutcome failed(Attempt attempt, ExitCode code, String sentence) {
    String located = attempt.host() + ": " + sentence;
    if (attempt.isLast()) {
      return new ShardOutcome(index, code, List.of(located));
    }
    // a machine on which all fails at once would take all tasks of those that work
    pause(attempt);
    throw new ShardException(located);
  }

  /** Whether it came to its end. */
  private static boolean pause(Attempt attempt) {
    try {
      Thread.sleep(attempt.pauseMillis);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
