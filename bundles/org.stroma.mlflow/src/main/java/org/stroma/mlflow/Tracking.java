/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stroma.api.data.DataException;
import org.stroma.files.AtomicFiles;
import org.stroma.mlflow.MlflowClient.Refused;
import org.stroma.mlflow.MlflowClient.Unreachable;
import org.stroma.mlflow.MlflowRun.Status;
import org.stroma.parts.Json;
import org.stroma.run.RunMetrics;
import org.stroma.run.RunReader;
import org.stroma.training.Epoch;
import org.stroma.training.RunEvent;

/**
 * One run of ours as MLflow's: a run with the settings and results, and a run below it for each model with its curves. The server may be
 * away for a while: what it has not taken is sent with what comes later. One that refuses is not asked again. Used by one thread, that in which
 * the listener hears the run.
 */
final class Tracking {
  /** Which run of MLflow's this is, for a run that is resumed. */
  static final String FILE = "mlflow.json";

  private static final Logger LOG = LoggerFactory.getLogger(Tracking.class);
  private static final long EACH_NANOS = TimeUnit.SECONDS.toNanos(1);
  /** After a failure: a server that is away is not asked at each epoch. */
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final String PARENT = "mlflow.parentRunId";

  private final MlflowClient client;
  private final String group;
  private final List<String> files;
  private final RunEvent.Run run;
  private final MlflowRun whole;
  private final Map<String, MlflowRun> models = new LinkedHashMap<>();
  private @Nullable String experiment;
  private long next = System.nanoTime();
  private boolean warned;
  private boolean refused;

  /**
   * A run begins.
   *
   * @param group MLflow's experiment
   * @param files names of the files of the run directory that are sent at the end
   */
  Tracking(MlflowClient client, String group, List<String> files, RunEvent.Run run) {
    this.client = client;
    this.group = group;
    this.files = files;
    this.run = run;
    String folder = run.directory().toAbsolutePath().normalize().toString();
    this.whole = new MlflowRun(
        run.directory().toAbsolutePath().normalize().getFileName().toString(),
        Map.of("mlflow.source.name", "stroma run", "stroma.run_directory", folder));
    MlflowNames.parameters(RunReader.of(run.directory()).experiment()).forEach(whole::parameter);
    send();
  }

  void epoch(String model, Epoch epoch) {
    MlflowRun curves = models.computeIfAbsent(model, name -> new MlflowRun(name, Map.of()));
    long step = epoch.epoch() + 1L;
    epoch.numbers().forEach((name, number) -> curves.metric(name, number, step));
    if (curves.full() || System.nanoTime() - next >= 0) {
      send();
    }
  }

  void modelEnded(String model) {
    MlflowRun curves = models.get(model);
    if (curves != null) {
      curves.end(Status.FINISHED);
    }
    if (System.nanoTime() - next >= 0) {
      send();
    }
  }

  void ended(RunEvent.Outcome outcome) {
    Status status =
        switch (outcome) {
          case DONE -> Status.FINISHED;
          case CANCELLED -> Status.KILLED;
          case FAILED -> Status.FAILED;
        };
    if (outcome == RunEvent.Outcome.DONE && !run.pretraining()) {
      results();
    }
    whole.end(status);
    models.values().forEach(model -> model.end(status));
    next = System.nanoTime();
    send();
    long waiting =
        whole.waiting() + models.values().stream().mapToLong(MlflowRun::waiting).sum();
    if (waiting > 0) {
      LOG.warn("MLflow at {} lacks {} numbers and settings of this run", client.server(), waiting);
    } else if (!refused && whole.id() != null) {
      artifacts();
    }
  }

  /** What metrics.json tells of all folds, by head and metric. */
  private void results() {
    try {
      RunMetrics metrics = RunReader.of(run.directory()).metrics();
      results("", metrics.mean());
      results(".std", metrics.std());
      results(".pooled", metrics.pooled());
    } catch (DataException e) {
      LOG.warn("MLflow at {} gets no results of this run: {}", client.server(), e.getMessage());
    }
  }

  private void results(String suffix, Map<String, SortedMap<String, RunMetrics.Value>> heads) {
    heads.forEach((head, metrics) -> metrics.forEach((metric, value) -> {
      String name = head + "." + metric + suffix;
      whole.metric(name, value.value(), 0);
      if (value.interval() != null) {
        whole.metric(name + ".lower", value.interval().lower(), 0);
        whole.metric(name + ".upper", value.interval().upper(), 0);
      }
    }));
  }

  /** Small files first: the time at the end of a run is short. */
  private void artifacts() {
    String place = whole.artifacts();
    if (files.isEmpty()) {
      return;
    }
    if (!place.startsWith("mlflow-artifacts:/")) {
      LOG.warn(
          "MLflow at {} keeps artifacts at {}, where it takes none over HTTP; the files of this run are not sent (mlflow server --serve-artifacts takes them)",
          client.server(),
          place);
      return;
    }
    // mlflow-artifacts:/1/… or, with the server's name, mlflow-artifacts://host:port/1/…
    String below = place.replaceFirst("^mlflow-artifacts:(//[^/]*)?/+", "");
    List<Path> there = files.stream()
        .map(run.directory()::resolve)
        .filter(Files::isRegularFile)
        .sorted(Comparator.comparing(file -> file.toFile().length()))
        .toList();
    for (Path file : there) {
      try {
        client.put(below, file);
      } catch (Refused | Unreachable | IOException e) {
        LOG.warn(
            "MLflow at {} did not take {}: {}",
            client.server(),
            file.getFileName(),
            e.getMessage());
        return;
      }
    }
  }

  private void send() {
    if (refused) {
      return;
    }
    try {
      if (experiment == null) {
        experiment = experiment();
      }
      if (whole.id() == null) {
        whole.send(client, experiment);
        replaceEarlier();
      } else {
        whole.send(client, experiment);
      }
      for (MlflowRun model : models.values()) {
        model.tag(PARENT, whole.id());
        model.send(client, experiment);
      }
      next = System.nanoTime() + EACH_NANOS;
    } catch (Unreachable e) {
      next = System.nanoTime() + PAUSE_NANOS;
      if (!warned) {
        warned = true;
        LOG.warn(
            "MLflow at {} cannot be reached: {}; the run goes on, and tries again",
            client.server(),
            e.getMessage());
      }
    } catch (Refused e) {
      refused = true;
      LOG.warn(
          "MLflow at {} does not take this run: {}; the run goes on without it",
          client.server(),
          e.getMessage());
    }
  }

  /** The id of MLflow's experiment, which is made where there is none. */
  private String experiment() throws Refused, Unreachable {
    try {
      return id(client.get("experiments/get-by-name", "experiment_name", group).path("experiment"));
    } catch (Refused e) {
      if (!e.code.equals("RESOURCE_DOES_NOT_EXIST")) {
        throw e;
      }
    }
    ObjectNode named = Json.MAPPER.createObjectNode().put("name", group);
    try {
      return id(client.post("experiments/create", named));
    } catch (Refused e) {
      // somebody else has made it in between
      if (!e.code.equals("RESOURCE_ALREADY_EXISTS")) {
        throw e;
      }
      return id(client.get("experiments/get-by-name", "experiment_name", group).path("experiment"));
    }
  }

  private static String id(JsonNode experiment) throws Refused {
    String id = experiment.path("experiment_id").asText("");
    if (id.isEmpty()) {
      throw new Refused("its answer names no experiment; is it a server of MLflow's?", "");
    }
    return id;
  }

  /**
   * A run that was killed tells all of its epochs again when it goes on: what MLflow has of it already, and believes to run still, is
   * marked as killed.
   */
  private void replaceEarlier() throws Refused, Unreachable {
    Path file = run.directory().resolve(FILE);
    JsonNode earlier = Json.MAPPER.missingNode();
    try {
      earlier = Files.exists(file) ? Json.read(file, Json.LARGEST_EXPERIMENT) : earlier;
    } catch (Json.Unreadable e) {
      LOG.warn("{}", e.getMessage());
    }
    AtomicFiles.write(
        file,
        Json.MAPPER
                .createObjectNode()
                .put("server", client.server())
                .put("experiment_id", experiment)
                .put("run_id", whole.id())
                .toPrettyString()
            + "\n");
    if (!earlier.path("server").asText("").equals(client.server())) {
      return;
    }
    String id = earlier.path("run_id").asText("");
    try {
      if (client
          .get("runs/get", "run_id", id)
          .path("run")
          .path("info")
          .path("status")
          .asText("")
          .equals(Status.RUNNING.name())) {
        killed(id);
      }
      ObjectNode question = Json.MAPPER.createObjectNode();
      question.putArray("experiment_ids").add(earlier.path("experiment_id").asText(""));
      question.put(
          "filter", "tags.`" + PARENT + "` = '" + id + "' and attributes.status = 'RUNNING'");
      for (JsonNode model : client.post("runs/search", question).path("runs")) {
        killed(model.path("info").path("run_id").asText());
      }
    } catch (Refused e) {
      // somebody has deleted it there
      LOG.info("MLflow at {} no longer has the run {}", client.server(), id);
    }
  }

  private void killed(String id) throws Refused, Unreachable {
    client.post(
        "runs/update",
        Json.MAPPER
            .createObjectNode()
            .put("run_id", id)
            .put("status", Status.KILLED.name())
            .put("end_time", System.currentTimeMillis()));
  }
}
