/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.stroma.parts.Json;

/**
 * A run of MLflow's: what belongs to it is kept here until the server has it, so that a server that is away for a while misses
 * nothing. Not for several threads.
 */
final class MlflowRun {
  /** How a run of MLflow's stands. */
  enum Status {
    RUNNING,
    FINISHED,
    FAILED,
    KILLED
  }

  /** MLflow takes so many numbers, and so many parameters, in a call. */
  private static final int METRICS_A_CALL = 1000;

  private static final int PARAMETERS_A_CALL = 100;
  /** What is kept for a server that is away; a training of 10,000 epochs with 20 numbers each. */
  private static final int MOST_WAITING = 200_000;

  private final String name;
  private final long started = System.currentTimeMillis();
  private final Map<String, String> tags;
  private final Deque<ObjectNode> metrics = new ArrayDeque<>();
  private final Deque<ObjectNode> parameters = new ArrayDeque<>();
  private @Nullable String id;
  private String artifacts = "";
  private Status wanted = Status.RUNNING;
  private Status sent = Status.RUNNING;
  private long ended;
  private long dropped;

  MlflowRun(String name, Map<String, String> tags) {
    this.name = name;
    this.tags = new LinkedHashMap<>(tags);
  }

  /** Its id; null as long as the server does not know it. */
  @Nullable
  String id() {
    return id;
  }

  /** Where the server keeps its artifacts, such as {@code mlflow-artifacts:/1/0a1b/artifacts}; empty as long as it does not know it. */
  String artifacts() {
    return artifacts;
  }

  /** Says something of it, which counts as long as the server does not know it. */
  void tag(String key, String value) {
    tags.put(key, value);
  }

  /** A number of an epoch. What is no finite number is left out: MLflow draws none. */
  void metric(String metric, double value, long step) {
    if (!Double.isFinite(value)) {
      return;
    }
    if (metrics.size() >= MOST_WAITING) {
      dropped++;
      return;
    }
    metrics.add(Json.MAPPER
        .createObjectNode()
        .put("key", MlflowNames.name(metric))
        .put("value", value)
        .put("timestamp", System.currentTimeMillis())
        .put("step", step));
  }

  /** A setting. */
  void parameter(String parameter, String value) {
    parameters.add(Json.MAPPER.createObjectNode().put("key", parameter).put("value", value));
  }

  /** How it ended. */
  void end(Status status) {
    wanted = status;
    ended = System.currentTimeMillis();
  }

  /** How many numbers and settings the server does not have. */
  long waiting() {
    return dropped + metrics.size() + parameters.size();
  }

  /** Whether numbers are enough for a call. */
  boolean full() {
    return metrics.size() >= METRICS_A_CALL / 2;
  }

  /** Sends all that the server does not have. What it has taken before a failure is not sent again. */
  void send(MlflowClient client, String experiment)
      throws MlflowClient.Refused, MlflowClient.Unreachable {
    if (id == null) {
      create(client, experiment);
    }
    while (!metrics.isEmpty() || !parameters.isEmpty()) {
      ObjectNode batch = Json.MAPPER.createObjectNode().put("run_id", id);
      int settings = fill(batch.putArray("params"), parameters, PARAMETERS_A_CALL);
      int numbers = fill(batch.putArray("metrics"), metrics, METRICS_A_CALL - settings);
      client.post("runs/log-batch", batch);
      remove(parameters, settings);
      remove(metrics, numbers);
    }
    if (wanted != sent) {
      client.post(
          "runs/update",
          Json.MAPPER
              .createObjectNode()
              .put("run_id", id)
              .put("status", wanted.name())
              .put("end_time", ended));
      sent = wanted;
    }
  }

  private void create(MlflowClient client, String experiment)
      throws MlflowClient.Refused, MlflowClient.Unreachable {
    ObjectNode body = Json.MAPPER
        .createObjectNode()
        .put("experiment_id", experiment)
        .put("run_name", name)
        .put("start_time", started);
    ArrayNode all = body.putArray("tags");
    all.addObject().put("key", "mlflow.runName").put("value", name);
    tags.forEach((key, value) -> all.addObject().put("key", key).put("value", value));
    JsonNode info = client.post("runs/create", body).path("run").path("info");
    String made = info.path("run_id").asText("");
    if (made.isEmpty()) {
      throw new MlflowClient.Refused("its answer names no run; is it a server of MLflow's?", "");
    }
    id = made;
    artifacts = info.path("artifact_uri").asText("");
  }

  private static int fill(ArrayNode into, Deque<ObjectNode> from, int most) {
    from.stream().limit(most).forEach(into::add);
    return into.size();
  }

  private static void remove(Deque<ObjectNode> from, int count) {
    for (int i = 0; i < count; i++) {
      from.removeFirst();
    }
  }
}
