/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.stroma.command.Closest;
import org.stroma.command.ExitCode;
import org.stroma.jobs.Job;
import org.stroma.jobs.Jobs;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The commands of the interactive console: those of the command line, and those for background
 * experiments.
 */
@Command(name = "stroma")
final class Background extends Stroma {
  private static final long POLL_MILLIS = 500;

  private final Jobs jobs;
  private final Invocation invocation;

  Background(CommandServices services, Invocation invocation) {
    super(services, invocation);
    this.jobs = services.jobs();
    this.invocation = invocation;
  }

  /** Finds a job by its number, or by the line that {@code start} and {@code list} print. */
  static Job job(Jobs jobs, String text) {
    String number = text.strip().replaceFirst("\\s(?s:.*)", "");
    if (!number.matches("\\d{1,9}")) {
      String closestName =
          Closest.to(text.strip(), jobs.list().stream().map(Job::getName).toList());
      String suggestion = closestName == null
          ? ""
          : jobs.list().stream()
              .filter(job -> job.getName().equals(closestName))
              .map(job -> job.getId() + " (" + closestName + ")")
              .collect(Collectors.joining(" or ", "; did you mean ", "?"));
      throw new FaultsException(
          List.of(new Fault(
              "", "\"" + text + "\" is no number of an experiment; list tells them" + suggestion)),
          false);
    }
    return jobs.job(Integer.parseInt(number));
  }

  @Command(
      name = "start",
      description = "Runs an experiment in the background; it waits for parts that are missing.",
      mixinStandardHelpOptions = true)
  int start(
      @Parameters(paramLabel = "EXPERIMENT.json", description = "the experiment") Path experiment,
      @Option(
              names = "--out",
              paramLabel = "DIR",
              description = "the run directory; runs/NAME if not given")
          Path out,
      @Option(
              names = "--set",
              paramLabel = "path=value",
              description = "changes a value of the experiment")
          List<String> overrides) {
    invocation.give(jobs.start(experiment, overrides == null ? List.of() : overrides, out));
    return ExitCode.DONE.number();
  }

  @Command(
      name = "list",
      description =
          "Lists the experiments that were started: number, state, how long, name, progress.",
      mixinStandardHelpOptions = true)
  int list() {
    invocation.give(jobs.list());
    return ExitCode.DONE.number();
  }

  @Command(
      name = "stop",
      description = "Stops experiments in the background.",
      mixinStandardHelpOptions = true)
  int stop(
      @Parameters(paramLabel = "ID", arity = "1..*", description = "their numbers")
          List<String> ids)
      throws InterruptedException {
    // resolve all numbers before stopping any job
    List<Job> requested = ids.stream().map(id -> job(jobs, id)).distinct().toList();
    List<Job> stopped = jobs.stop(requested);
    invocation.give(stopped.size() == 1 ? stopped.get(0) : stopped);
    return ExitCode.DONE.number();
  }

  @Command(
      name = "restart",
      description = "Starts an experiment that has ended once more, in a run directory of its own.",
      mixinStandardHelpOptions = true)
  int restart(
      @Parameters(paramLabel = "ID", description = "its number") String id,
      @Option(
              names = "--out",
              paramLabel = "DIR",
              description = "the run directory; as before, with a number, if not given")
          Path out) {
    invocation.give(jobs.restart(job(jobs, id).getId(), out));
    return ExitCode.DONE.number();
  }

  @Command(
      name = "watch",
      description = "Shows the progress of an experiment until it ends; Ctrl-C leaves it running.",
      mixinStandardHelpOptions = true)
  int watch(@Parameters(paramLabel = "ID", description = "its number") String id) throws Exception {
    Job job = job(jobs, id);
    int noteCount = 0;
    Job.State state = null;
    try {
      for (long seen = job.changes(); ; seen = job.awaitChange(seen, POLL_MILLIS)) {
        if (job.getState() != state) {
          state = job.getState();
          if (!state.ended()) {
            invocation.progress().note(job.toString());
          }
        }
        List<String> jobNotes = job.getNotes();
        jobNotes.subList(noteCount, jobNotes.size()).forEach(invocation.progress()::note);
        noteCount = jobNotes.size();
        if (state.ended()) {
          break;
        }
        if (!job.getProgress().isEmpty()) {
          invocation.progress().at(job.getProgress());
        }
      }
    } catch (InterruptedException e) {
      invocation.progress().note("experiment " + job.getId() + " goes on");
      return ExitCode.DONE.number();
    }
    if (job.getFailure() != null) {
      throw job.getFailure();
    }
    invocation.give(job);
    return ExitCode.DONE.number();
  }
}
