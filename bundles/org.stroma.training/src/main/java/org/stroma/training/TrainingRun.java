/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stroma.api.data.DataException;
import org.stroma.cohort.CohortCounts;
import org.stroma.cohort.Fold;
import org.stroma.cohort.Permissions;
import org.stroma.command.CancelledException;
import org.stroma.experiment.Experiment;
import org.stroma.model.ModelPool;
import org.stroma.parts.FaultsException;
import org.stroma.run.RunDirectory;
import org.stroma.run.RunDocuments;
import org.stroma.run.RunLog;
import org.stroma.run.RunReader;
import org.stroma.run.ShardRun;
import org.stroma.run.UnfinishedRun;

/**
 * The life of a run: it takes its directory when everything that can be refused has been, logs, tells its listeners, and keeps what was
 * trained until it ended. A run whose data turn out to be unusable before a model was trained leaves nothing behind.
 */
final class TrainingRun {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);

  private final RunContext context;
  private final RunDirectory directory;
  private final RunEvent.Run run;
  private final RunEvents events;
  private final ModelPool models = new ModelPool();
  private long started;
  private RunLog log;
  private boolean claimed;
  private boolean kept;

  private TrainingRun(RunContext context, int folds, int innerEpochs) {
    this.context = context;
    this.directory = context.directory();
    Experiment experiment = context.experiment();
    this.run = new RunEvent.Run(
        experiment.name(),
        directory.path(),
        folds == 0,
        folds == 0 ? 1 : experiment.repeats(),
        folds,
        folds == 0 ? 1 : experiment.training().ensemble(),
        experiment.training().epochs());
    this.events = new RunEvents(
        List.of(
            new LogLines(),
            new HistoryFile(directory),
            new ProgressLine(context.progress(), innerEpochs)),
        context.listeners());
  }

  /**
   * Runs.
   *
   * @param folds 0 for a pretraining
   * @param innerEpochs of all inner trainings of a fold, for how far the run is
   * @param work returns the metrics; null for a shard, which has none
   * @return the metrics
   */
  static @Nullable ObjectNode of(
      RunContext context,
      int folds,
      int innerEpochs,
      Function<TrainingRun, @Nullable ObjectNode> work) {
    return new TrainingRun(context, folds, innerEpochs).live(work);
  }

  private @Nullable ObjectNode live(Function<TrainingRun, @Nullable ObjectNode> work) {
    Throwable failure = null;
    try {
      if (directory.resumed()) {
        resume();
      }
      ObjectNode metrics = work.apply(this);
      models.close();
      if (metrics == null) {
        shardDone();
        return null;
      }
      directory.write("provenance.json", context.provenance().get());
      permitted(metrics);
      directory.write("metrics.json", metrics);
      if (context.experiment().reporting().explain()) {
        RunExplanations.write(context, this::note);
      }
      RunDocuments.write(directory.path(), context.documents().get(), this::note);
      directory.done();
      return metrics;
    } catch (DataException e) {
      failure = e;
      throw e;
    } catch (RuntimeException | Error e) {
      failure = e;
      if (log != null) {
        LOG.error("the run ended early", e);
      }
      throw e;
    } finally {
      close(failure);
    }
  }

  private void close(@Nullable Throwable failure) {
    try {
      models.close();
    } catch (RuntimeException e) {
      // without a failure they are closed already
      if (failure != null) {
        failure.addSuppressed(e);
      }
    } finally {
      end(failure);
    }
  }

  /** The folds of a shard are done; the run is when all shards are put together. */
  private void shardDone() {
    begin("");
    directory.write("provenance.json", context.provenance().get());
    shard().finished().write();
    int folds = UnfinishedRun.folds(directory.path());
    note("shard " + context.splitting().shard() + " is done: "
        + (folds == 1 ? "1 fold" : folds + " folds")
        + "; merge puts the shards together");
  }

  private ShardRun shard() {
    Splitting splitting = context.splitting();
    return new ShardRun(
        directory.path(),
        splitting.shard(),
        false,
        context.experiment().file().toAbsolutePath().normalize(),
        splitting.overrides());
  }

  /** Whoever reads a result reads what was let pass beside it, and why. */
  private void permitted(ObjectNode metrics) {
    Experiment experiment = context.experiment();
    for (String permission : experiment.cohort().allow()) {
      JsonNode reason = experiment.resolved().at(Permissions.POINTER + "/" + permission);
      ArrayNode found = metrics
          .withArrayProperty("allowed")
          .addObject()
          .put("permission", permission)
          .put("reason", reason.isTextual() ? reason.asText() : null)
          .putArray("findings");
      context.reader().permissions().permitted().stream()
          .filter(one -> one.permission().equals(permission))
          .forEach(one -> found.add(one.finding()));
    }
  }

  private void end(Throwable failure) {
    if (!claimed) {
      return;
    }
    try {
      if (log != null) {
        if (failure instanceof FaultsException && directory.unfinished().hasStates()) {
          note(
              "the weights of before that are kept in " + directory.unfinished().states());
        } else if (failure instanceof CancelledException || kept && failure != null) {
          note("what was done until then is kept in " + directory.path()
              + "; run with --resume goes on from there");
        }
        RunEvent.Outcome outcome = failure == null
            ? RunEvent.Outcome.DONE
            : failure instanceof CancelledException
                ? RunEvent.Outcome.CANCELLED
                : RunEvent.Outcome.FAILED;
        publish(
            new RunEvent.RunEnded(
                run,
                outcome,
                failure == null ? "" : String.valueOf(failure.getMessage()),
                (System.nanoTime() - started) / 1e9),
            RunListener::runEnded);
        events.close();
      }
    } finally {
      if (log != null) {
        log.close();
      }
      // patches are read when they are wanted: what is wrong with them may come out after the run
      // began
      if (failure instanceof DataException && !kept && !directory.unfinished().hasStates()) {
        directory.discard();
      }
      directory.release();
    }
  }

  /**
   * Everything that can be refused has been: from here on there is a run. It is called for each fold; what follows the first call
   * does nothing.
   *
   * @param sentence what the user reads first
   */
  void begin(String sentence) {
    if (claimed) {
      return;
    }
    directory.claim();
    started(sentence);
  }

  /** The run has begun already, in a process that has ended since. */
  private void resume() {
    directory.claim();
    claimed = true;
    kept = true;
    Resumption.check(directory.path(), context.experiment());
    Resumption.check(directory.path(), context.provenance().get());
    int folds = UnfinishedRun.folds(directory.path());
    started("the run goes on"
        + (run.pretraining() ? "" : ": of " + run.folds() + " folds, " + folds + " are done"));
  }

  private void started(String sentence) {
    claimed = true;
    started = System.nanoTime();
    directory.write("experiment.json", context.experiment().resolved());
    if (!context.splitting().shard().whole()) {
      shard().write();
    }
    log = new RunLog(directory.path());
    publish(new RunEvent.RunStarted(run), RunListener::runStarted);
    directory.write("provenance.json", context.provenance().get());
    if (!sentence.isEmpty()) {
      note(sentence);
    }
  }

  /** Writes who took part. */
  void cohort(List<Fold> folds) {
    if (context.reader() != null) {
      directory.write(
          RunReader.COHORT,
          CohortCounts.of(context.reader(), context.cohort(), folds).toJson());
    }
  }

  /** A trained model is on disk: whatever happens now, the run directory stays. */
  void keep() {
    kept = true;
  }

  /** Where folds have their models from. */
  ModelPool models() {
    return models;
  }

  RunEvent.Run description() {
    return run;
  }

  /** Says something to the user and in the log. */
  void note(String message) {
    publish(new RunEvent.Noted(run, message), RunListener::noted);
  }

  <E extends RunEvent> void publish(E event, BiConsumer<RunListener, E> method) {
    events.publish(event, method);
  }
}
