/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.stroma.parts.Json;

/**
 * A tracking server that speaks the calls of MLflow's REST API 2.0 that its documentation describes, with their limits: 1,000 entities and 100 parameters a
 * log-batch, no parameter twice with another value, no experiment of a name twice.
 */
final class FakeServer implements AutoCloseable {
  private final HttpServer server;
  final Map<String, String> experiments = new LinkedHashMap<>();
  final Map<String, Run> runs = new LinkedHashMap<>();
  final Map<String, String> artifacts = new LinkedHashMap<>();
  final List<String> authorizations = new ArrayList<>();
  int calls;
  /** The status that all calls are answered with; 0 for what they ask for. */
  int broken;
  /** The root of artifacts. */
  String root = "mlflow-artifacts:/";

  /** A run on the server. */
  static final class Run {
    String name;
    String experiment;
    String status = "RUNNING";
    long ended;
    final Map<String, String> tags = new LinkedHashMap<>();
    final Map<String, String> parameters = new LinkedHashMap<>();
    final List<String> metrics = new ArrayList<>();
  }

  private static final class Wrong extends Exception {
    private static final long serialVersionUID = 1;
    private final String code;

    Wrong(String code) {
      super(code);
      this.code = code;
    }
  }

  FakeServer(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + port());
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** The run of a name. */
  synchronized Run named(String name) {
    return runs.values().stream()
        .filter(run -> run.name.equals(name))
        .findFirst()
        .orElseThrow();
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    calls++;
    authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    byte[] body = exchange.getRequestBody().readAllBytes();
    int status = 200;
    ObjectNode answer = Json.MAPPER.createObjectNode();
    try {
      if (broken != 0) {
        status = broken;
        answer.put("error_code", "BROKEN").put("message", "not\ntoday");
      } else {
        call(exchange, body, answer);
      }
    } catch (Wrong e) {
      status = e.code.equals("RESOURCE_DOES_NOT_EXIST") ? 404 : 400;
      answer.put("error_code", e.code).put("message", "wrong: " + e.code);
    }
    byte[] bytes = answer.toString().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    try (var out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private void call(HttpExchange exchange, byte[] body, ObjectNode answer)
      throws Wrong, IOException {
    String path = exchange.getRequestURI().getPath();
    String call = exchange.getRequestMethod() + " " + path.replaceFirst("^/api/2.0/mlflow/", "");
    if (call.startsWith("PUT /api/2.0/mlflow-artifacts/artifacts/")) {
      artifacts.put(
          path.substring("/api/2.0/mlflow-artifacts/artifacts/".length()),
          new String(body, StandardCharsets.UTF_8));
      return;
    }
    String query = exchange.getRequestURI().getRawQuery();
    String asked = query == null
        ? ""
        : URLDecoder.decode(query.substring(query.indexOf('=') + 1), StandardCharsets.UTF_8);
    JsonNode json =
        Json.MAPPER.readTree(body.length == 0 ? "{}".getBytes(StandardCharsets.UTF_8) : body);
    switch (call) {
      case "GET experiments/get-by-name" -> {
        if (!experiments.containsKey(asked)) {
          throw new Wrong("RESOURCE_DOES_NOT_EXIST");
        }
        answer.putObject("experiment").put("experiment_id", experiments.get(asked));
      }
      case "POST experiments/create" -> {
        String name = json.path("name").asText();
        if (experiments.putIfAbsent(name, String.valueOf(experiments.size() + 1)) != null) {
          throw new Wrong("RESOURCE_ALREADY_EXISTS");
        }
        answer.put("experiment_id", experiments.get(name));
      }
      case "POST runs/create" -> create(json, answer);
      case "GET runs/get" -> {
        answer.putObject("run").putObject("info").put("status", run(asked).status);
      }
      case "POST runs/search" -> {
        String filter = json.path("filter").asText();
        runs.forEach((id, run) -> {
          String mine = "tags.`mlflow.parentRunId` = '" + run.tags.get("mlflow.parentRunId")
              + "' and attributes.status = '" + run.status + "'";
          if (filter.equals(mine)
              && json.path("experiment_ids").path(0).asText().equals(run.experiment)) {
            answer.withArray("/runs").addObject().putObject("info").put("run_id", id);
          }
        });
      }
      case "POST runs/update" -> {
        Run run = run(json.path("run_id").asText());
        run.status = json.path("status").asText();
        run.ended = json.path("end_time").asLong();
      }
      case "POST runs/log-batch" -> batch(json);
      default -> throw new Wrong("ENDPOINT_NOT_FOUND " + call);
    }
  }

  private void create(JsonNode json, ObjectNode answer) throws Wrong {
    if (!experiments.containsValue(json.path("experiment_id").asText())
        || json.path("start_time").asLong() < 1_600_000_000_000L) {
      throw new Wrong("INVALID_PARAMETER_VALUE");
    }
    Run run = new Run();
    run.name = json.path("run_name").asText();
    run.experiment = json.path("experiment_id").asText();
    json.path("tags")
        .forEach(tag -> run.tags.put(tag.path("key").asText(), tag.path("value").asText()));
    String id = "run" + runs.size();
    runs.put(id, run);
    answer
        .putObject("run")
        .putObject("info")
        .put("run_id", id)
        .put("artifact_uri", root + run.experiment + "/" + id + "/artifacts");
  }

  private Run run(String id) throws Wrong {
    if (!runs.containsKey(id)) {
      throw new Wrong("RESOURCE_DOES_NOT_EXIST");
    }
    return runs.get(id);
  }

  private void batch(JsonNode json) throws Wrong {
    Run run = run(json.path("run_id").asText());
    int parameters = json.path("params").size();
    if (parameters > 100 || parameters + json.path("metrics").size() > 1000) {
      throw new Wrong("INVALID_PARAMETER_VALUE");
    }
    for (JsonNode one : json.path("params")) {
      String value = one.path("value").asText();
      String before = run.parameters.put(one.path("key").asText(), value);
      if (value.length() > 500 || before != null && !before.equals(value)) {
        throw new Wrong("INVALID_PARAMETER_VALUE");
      }
    }
    json.path("metrics")
        .forEach(one -> run.metrics.add(one.path("key").asText() + "@"
            + one.path("step").asLong() + "=" + one.path("value").asDouble()));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
