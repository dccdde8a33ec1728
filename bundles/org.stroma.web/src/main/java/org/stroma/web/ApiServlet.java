/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stroma.api.data.DataException;
import org.stroma.command.UsageException;
import org.stroma.jobs.Job;
import org.stroma.jobs.Jobs;
import org.stroma.parts.FaultsException;

/**
 * What the page asks for, as JSON. {@code GET /api/jobs}: the experiments of this process; {@code POST /api/jobs} with
 * {@code {"file": "experiment.json"}} starts one, {@code POST /api/jobs/ID/stop} and {@code /restart} stop it and start it once more;
 * {@code GET /api/experiments}: files that can be started; {@code GET /api/installation}: parts, extensions and problems;
 * {@code GET /api/report?key=KEY}: the report of a run.
 */
final class ApiServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int LARGEST_BODY = 64 << 10;
  private static final Pattern ACTION = Pattern.compile("/jobs/([0-9]{1,9})/(stop|restart)");

  private final transient Jobs jobs;
  private final transient Overview overview;
  private final transient ExperimentFolder folder;
  private final transient Installation installation;

  ApiServlet(Jobs jobs, Overview overview, ExperimentFolder folder, Installation installation) {
    this.jobs = jobs;
    this.overview = overview;
    this.folder = folder;
    this.installation = installation;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    switch (String.valueOf(request.getPathInfo())) {
      case "/jobs" -> json(response, HttpServletResponse.SC_OK, overview.list());
      case "/installation" -> json(response, HttpServletResponse.SC_OK, installation.json());
      case "/experiments" -> {
        ObjectNode found = JsonNodeFactory.instance.objectNode().put("folder", folder.name());
        ArrayNode files = found.putArray("files");
        folder.experiments().forEach(files::add);
        json(response, HttpServletResponse.SC_OK, found);
      }
      case "/report" -> report(String.valueOf(request.getParameter("key")), response);
      default -> faults(
          response, HttpServletResponse.SC_NOT_FOUND, List.of("there is no such page"));
    }
  }

  private void report(String key, HttpServletResponse response) throws IOException {
    Optional<Path> report = overview
        .directory(key)
        .map(run -> run.resolve(Overview.REPORT))
        .filter(Files::isRegularFile);
    if (report.isEmpty()) {
      faults(response, HttpServletResponse.SC_NOT_FOUND, List.of("there is no report of it"));
      return;
    }
    // it runs nothing and loads nothing
    response.setHeader(
        "Content-Security-Policy",
        "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'");
    response.setContentType("text/html;charset=utf-8");
    response.setHeader("Cache-Control", "no-store");
    Files.copy(report.get(), response.getOutputStream());
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String path = String.valueOf(request.getPathInfo());
    Matcher action = ACTION.matcher(path);
    try {
      if (path.equals("/jobs")) {
        Job job = jobs.start(folder.file(file(request)), List.of(), null);
        json(response, HttpServletResponse.SC_CREATED, number(job));
      } else if (!action.matches()) {
        faults(response, HttpServletResponse.SC_NOT_FOUND, List.of("there is no such page"));
      } else if (action.group(2).equals("stop")) {
        json(
            response,
            HttpServletResponse.SC_OK,
            number(jobs.stop(Integer.parseInt(action.group(1)))));
      } else {
        json(
            response,
            HttpServletResponse.SC_CREATED,
            number(jobs.restart(Integer.parseInt(action.group(1)), null)));
      }
    } catch (FaultsException | DataException | UsageException e) {
      faults(response, HttpServletResponse.SC_BAD_REQUEST, Overview.sentences(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      faults(
          response,
          HttpServletResponse.SC_SERVICE_UNAVAILABLE,
          List.of("this view is being closed"));
    }
  }

  private static String file(HttpServletRequest request) throws IOException {
    // what a form of another page can send is no JSON
    if (!String.valueOf(request.getContentType()).startsWith("application/json")) {
      throw new UsageException("the request has to be of the type application/json");
    }
    byte[] body = request.getInputStream().readNBytes(LARGEST_BODY + 1);
    try {
      JsonNode file = body.length > LARGEST_BODY
          ? JsonNodeFactory.instance.missingNode()
          : MAPPER.readTree(body).path("file");
      if (file.isTextual()) {
        return file.textValue();
      }
    } catch (JsonProcessingException e) {
      // told below
    }
    throw new UsageException("the request has to be {\"file\": \"experiment.json\"}");
  }

  private static ObjectNode number(Job job) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("key", "job-" + job.getId())
        .put("state", job.getState().word());
  }

  private static void faults(HttpServletResponse response, int status, List<String> sentences)
      throws IOException {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode faults = json.putArray("faults");
    sentences.forEach(faults::add);
    json(response, status, json);
  }

  private static void json(HttpServletResponse response, int status, JsonNode json)
      throws IOException {
    response.setStatus(status);
    response.setContentType("application/json;charset=utf-8");
    response.setHeader("Cache-Control", "no-store");
    response.getOutputStream().write(MAPPER.writeValueAsBytes(json));
  }
}
