/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.stroma.jobs.Job;
import org.stroma.jobs.Jobs;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.training.RunEvent;

/** The experiments of this process: those in the background, and a run that a command carries out. */
final class Overview {
  static final String REPORT = "report.html";
  private static final String JOB = "job-";
  private static final String RUN = "run-";

  /** Notes of one experiment that are told. */
  private static final int NOTES = 50;

  private final Jobs jobs;
  private final RunStore store;

  Overview(Jobs jobs, RunStore store) {
    this.jobs = jobs;
    this.store = store;
  }

  /** All of them, the latest first. */
  ArrayNode list() {
    List<ObjectNode> all = new ArrayList<>();
    List<RunRecord> others = new ArrayList<>(store.all());
    for (Job job : jobs.list()) {
      Optional<RunRecord> record = record(job);
      record.ifPresent(others::remove);
      all.add(0, entry(job, record));
    }
    for (RunRecord record : others) {
      // a job's earlier record, or a run of a command
      all.add(0, entry(record));
    }
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    all.forEach(list::add);
    return list;
  }

  private Optional<RunRecord> record(Job job) {
    return store.in(job.getDirectory());
  }

  private ObjectNode entry(Job job, Optional<RunRecord> record) {
    ObjectNode json = JsonNodeFactory.instance
        .objectNode()
        .put("key", JOB + job.getId())
        .put("job", job.getId())
        .put("name", job.getName())
        .put("file", job.getFile().toString())
        .put("state", job.getState().word())
        .put("ended", job.getState().ended())
        .put("since", job.getSince().toEpochMilli())
        .put("progress", job.getProgress());
    if (job.getState().ended()) {
      json.put("seconds", job.getDuration().toSeconds());
    }
    ArrayNode failure = json.putArray("failure");
    sentences(job.getFailure()).forEach(failure::add);
    notes(json, job.getNotes());
    directory(json, job.getDirectory());
    record.ifPresent(known -> json.put("record", known.number()));
    return json;
  }

  private ObjectNode entry(RunRecord record) {
    return store.read(() -> {
      RunEvent.RunEnded end = record.end();
      String state = end == null
          ? "running"
          : switch (end.outcome()) {
            case DONE -> "done";
            case CANCELLED -> "stopped";
            case FAILED -> "failed";
          };
      ObjectNode json = JsonNodeFactory.instance
          .objectNode()
          .put("key", RUN + record.number())
          .put("name", record.name())
          .put("state", state)
          .put("ended", end != null)
          .put("since", record.started().toEpochMilli())
          .put("progress", record.progress());
      ArrayNode failure = json.putArray("failure");
      if (end != null) {
        json.put("seconds", (long) end.seconds());
        if (!end.reason().isEmpty()) {
          failure.add(end.reason());
        }
      }
      notes(json, record.notes());
      directory(json, record.directory());
      return json.put("record", record.number());
    });
  }

  private static void notes(ObjectNode json, List<String> notes) {
    ArrayNode list = json.putArray("notes");
    notes.subList(Math.max(0, notes.size() - NOTES), notes.size()).forEach(list::add);
  }

  private static void directory(ObjectNode json, @Nullable Path directory) {
    if (directory != null) {
      json.put("directory", directory.toString())
          .put("report", Files.isRegularFile(directory.resolve(REPORT)));
    }
  }

  /** What a failure has to say. */
  static List<String> sentences(@Nullable Exception failure) {
    if (failure == null) {
      return List.of();
    }
    return failure instanceof FaultsException faults
        ? faults.faults().stream().map(Fault::toString).toList()
        : String.valueOf(failure.getMessage()).lines().toList();
  }

  /** The curves of the experiment with a key of {@link #list}; none where nothing has been heard of it. */
  Optional<RunRecord> record(String key) {
    Optional<Integer> number = number(key, RUN);
    return number.isPresent() ? store.numbered(number.get()) : job(key).flatMap(this::record);
  }

  /** The run directory of the experiment with a key. */
  Optional<Path> directory(String key) {
    Optional<Job> job = job(key);
    return job.isPresent() ? job.map(Job::getDirectory) : record(key).map(RunRecord::directory);
  }

  private Optional<Job> job(String key) {
    return number(key, JOB)
        .flatMap(id -> jobs.list().stream().filter(job -> job.getId() == id).findFirst());
  }

  private static Optional<Integer> number(String key, String prefix) {
    return key.matches(prefix + "[0-9]{1,9}")
        ? Optional.of(Integer.valueOf(key.substring(prefix.length())))
        : Optional.empty();
  }
}
