/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A browser without a window, spoken to by the protocol of its developer tools. */
final class Chromium implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Process process;
  private final WebSocket socket;
  private final String session;
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
  private final List<JsonNode> events = new CopyOnWriteArrayList<>();

  /** Where it is installed; empty where it is not. */
  static Optional<Path> installed() {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .flatMap(folder -> List.of("chromium", "chromium-browser", "google-chrome").stream()
            .map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Starts it.
   *
   * @param profile an empty folder
   */
  Chromium(Path program, Path profile) throws Exception {
    process = new ProcessBuilder(
            program.toString(),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--remote-debugging-port=0",
            "--user-data-dir=" + profile,
            "about:blank")
        .redirectErrorStream(true)
        .redirectOutput(profile.resolve("chromium.log").toFile())
        .start();
    socket = HttpClient.newHttpClient()
        .newWebSocketBuilder()
        .buildAsync(address(profile), new Listener())
        .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    String target = ask(
            "Target.createTarget", MAPPER.createObjectNode().put("url", "about:blank"), null)
        .path("targetId")
        .asText();
    session = ask(
            "Target.attachToTarget",
            MAPPER.createObjectNode().put("targetId", target).put("flatten", true),
            null)
        .path("sessionId")
        .asText();
    for (String domain : List.of("Page", "Network", "Log")) {
      ask(domain + ".enable", MAPPER.createObjectNode(), session);
    }
  }

  private URI address(Path profile) throws Exception {
    Path file = profile.resolve("DevToolsActivePort");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (System.nanoTime() < deadline) {
      List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
      if (lines.size() == 2) {
        return URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1));
      }
      if (!process.isAlive()) {
        throw new IOException(
            "Chromium ended: " + Files.readString(profile.resolve("chromium.log")));
      }
      Thread.sleep(50);
    }
    throw new IOException("Chromium does not listen");
  }

  /** Puts the parts of a message together. */
  private final class Listener implements WebSocket.Listener {
    private final StringBuilder message = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      message.append(part);
      if (last) {
        try {
          JsonNode json = MAPPER.readTree(message.toString());
          if (json.has("id")) {
            answers.remove(json.path("id").asInt()).complete(json);
          } else {
            events.add(json);
          }
        } catch (IOException e) {
          answers.values().forEach(answer -> answer.completeExceptionally(e));
        }
        message.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  private JsonNode ask(String method, ObjectNode parameters, String in) throws Exception {
    int id = ids.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    answers.put(id, answer);
    ObjectNode message = MAPPER.createObjectNode().put("id", id).put("method", method);
    message.set("params", parameters);
    if (in != null) {
      message.put("sessionId", in);
    }
    socket.sendText(message.toString(), true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    JsonNode json = answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (json.has("error")) {
      throw new IOException(method + ": " + json.path("error"));
    }
    return json.path("result");
  }

  /** Opens a page in a window of this width. */
  void open(URI page, int width) throws Exception {
    ask(
        "Emulation.setDeviceMetricsOverride",
        MAPPER
            .createObjectNode()
            .put("width", width)
            .put("height", 900)
            .put("deviceScaleFactor", 1)
            .put("mobile", width < 600),
        session);
    events.clear();
    ask("Page.navigate", MAPPER.createObjectNode().put("url", page.toString()), session);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (events("Page.loadEventFired").isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new IOException(page + " does not load");
      }
      Thread.sleep(20);
    }
  }

  /** The value of an expression, as a text. */
  String evaluate(String expression) throws Exception {
    JsonNode result = ask(
        "Runtime.evaluate",
        MAPPER.createObjectNode().put("expression", expression).put("returnByValue", true),
        session);
    if (result.has("exceptionDetails")) {
      throw new IOException(result.path("exceptionDetails").toString());
    }
    return result.path("result").path("value").asText();
  }

  /** Evaluates an expression until it is true. */
  void await(String expression) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!evaluate("Boolean(" + expression + ")").equals("true")) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(expression + " did not become true; the page says "
            + evaluate("document.body.innerText") + "; and complains " + complaints());
      }
      Thread.sleep(50);
    }
  }

  /** A picture of the window, as PNG. */
  void picture(Path file) throws Exception {
    Files.write(
        file,
        Base64.getDecoder()
            .decode(ask("Page.captureScreenshot", MAPPER.createObjectNode(), session)
                .path("data")
                .asText()));
  }

  private List<JsonNode> events(String method) {
    return events.stream()
        .filter(event -> event.path("method").asText().equals(method))
        .toList();
  }

  /** What the page that was opened last asked for, itself among it. */
  List<String> requests() {
    return events("Network.requestWillBeSent").stream()
        .map(event -> event.path("params").path("request").path("url").asText())
        .toList();
  }

  /** What the browser has to complain of. */
  List<String> complaints() {
    return events("Log.entryAdded").stream()
        .map(event -> event.path("params").path("entry").path("text").asText())
        .toList();
  }

  @Override
  public void close() throws Exception {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
  }
}
