/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.mlflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.stroma.parts.Json;

/** The calls of MLflow's REST API 2.0, as its documentation describes them. Each waits for the answer, for a few seconds. */
final class MlflowClient {
  /** A listener is given up after five seconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private static final String CALLS = "/api/2.0/mlflow/";
  private static final String ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts/";
  private static final int LONGEST_REASON = 300;

  private final HttpClient http = HttpClient.newBuilder()
      .version(HttpClient.Version.HTTP_1_1)
      .connectTimeout(PATIENCE)
      .followRedirects(HttpClient.Redirect.NEVER)
      .build();
  private final String server;
  private final @Nullable String authorization;

  /** The server does not take what is sent, and will not take it later; the message is a sentence's end. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    /** MLflow's own name of the error, such as RESOURCE_DOES_NOT_EXIST; empty where it told none. */
    final String code;

    Refused(String message, String code) {
      super(message);
      this.code = code;
    }
  }

  /** The server cannot be reached, or not now; the message is a sentence's end. */
  static final class Unreachable extends Exception {
    private static final long serialVersionUID = 1;

    Unreachable(String message, @Nullable Exception cause) {
      super(message, cause);
    }
  }

  /**
   * A client.
   *
   * @param server its address, without a slash at the end
   * @param environment of the process: {@code MLFLOW_TRACKING_TOKEN}, or {@code MLFLOW_TRACKING_USERNAME} and
   *     {@code MLFLOW_TRACKING_PASSWORD}, as for MLflow's own clients
   */
  MlflowClient(URI server, Map<String, String> environment) {
    this.server = server.toString().replaceAll("/+$", "");
    String token = environment.getOrDefault("MLFLOW_TRACKING_TOKEN", "");
    String user = environment.getOrDefault("MLFLOW_TRACKING_USERNAME", "");
    if (!user.isEmpty()) {
      String both = user + ":" + environment.getOrDefault("MLFLOW_TRACKING_PASSWORD", "");
      authorization =
          "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
    } else {
      authorization = token.isEmpty() ? null : "Bearer " + token;
    }
  }

  /** Its address. */
  String server() {
    return server;
  }

  /** A call that asks. */
  JsonNode get(String call, String parameter, String value) throws Refused, Unreachable {
    String query = parameter + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    return send(request(CALLS + call + "?" + query).GET());
  }

  /** A call that changes something. */
  JsonNode post(String call, ObjectNode body) throws Refused, Unreachable {
    return send(request(CALLS + call)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body.toString())));
  }

  /**
   * Sends a file to a server that keeps artifacts itself.
   *
   * @param place below its root, such as {@code 1/0a1b/artifacts}
   */
  void put(String place, Path file) throws Refused, Unreachable, IOException {
    String path = ARTIFACTS + place + "/" + file.getFileName();
    send(request(path)
        .header("Content-Type", "application/octet-stream")
        .PUT(BodyPublishers.ofFile(file)));
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server + path)).timeout(PATIENCE);
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return request;
  }

  private JsonNode send(HttpRequest.Builder request) throws Refused, Unreachable {
    HttpResponse<String> response;
    try {
      response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (HttpTimeoutException e) {
      throw new Unreachable("it did not answer within " + PATIENCE.toSeconds() + " s", e);
    } catch (ConnectException e) {
      throw new Unreachable("nobody listens there", e);
    } catch (IOException e) {
      throw new Unreachable(e.getMessage() == null ? e.toString() : e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unreachable("it was not waited for", e);
    }
    int status = response.statusCode();
    JsonNode body = json(response.body());
    if (status / 100 == 2) {
      return body;
    }
    String reason = body.path("message").asText("");
    String told = "it answered " + status + (reason.isEmpty() ? "" : ": " + shortened(reason));
    // busy, or ill: later it may be well
    if (status == 429 || status / 100 == 5) {
      throw new Unreachable(told, null);
    }
    throw new Refused(told, body.path("error_code").asText(""));
  }

  private static String shortened(String text) {
    String line = text.replaceAll("\\s+", " ").strip();
    return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "…";
  }

  /** An answer; missing where it is no JSON, as of a server that is none of MLflow's. */
  private static JsonNode json(String body) {
    try {
      return body.isBlank() ? MissingNode.getInstance() : Json.MAPPER.readTree(body);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }
}
