/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A {@code stroma web} that is open while a test asks it things. */
final class LiveWeb implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final long PATIENCE_SECONDS = 60;

  private final Process process;
  private final Path err;
  private final URI address;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** {@code stroma web} in a folder. */
  LiveWeb(Path folder) throws IOException {
    err = Files.createTempFile("stroma-web", ".err");
    process = Stroma.command(folder, "web").redirectError(err.toFile()).start();
    String line = process.inputReader(StandardCharsets.UTF_8).readLine();
    if (line == null) {
      throw new AssertionError("no address: " + messages());
    }
    address = URI.create(line);
  }

  private LiveWeb(Process process, Path err, URI address) {
    this.process = process;
    this.err = err;
    this.address = address;
  }

  /** {@code stroma run --web} in a folder, which tells its address beside the progress. */
  static LiveWeb ofARun(Path folder, String... arguments) throws Exception {
    Path err = Files.createTempFile("stroma-web", ".err");
    Process process = Stroma.command(
            folder,
            Stream.concat(Stream.of("run", "--web"), Stream.of(arguments)).toArray(String[]::new))
        .redirectError(err.toFile())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (System.nanoTime() < deadline) {
      for (String line : Files.readAllLines(err)) {
        if (line.startsWith("http://")) {
          return new LiveWeb(process, err, URI.create(line));
        }
      }
      Thread.sleep(50);
    }
    process.destroyForcibly();
    throw new AssertionError("no address: " + Files.readString(err));
  }

  /** As it is told: with the token. */
  URI address() {
    return address;
  }

  String token() {
    return address.getQuery().replaceFirst("^token=", "");
  }

  int port() {
    return address.getPort();
  }

  String messages() throws IOException {
    return Files.readString(err);
  }

  /** A request without the token. */
  HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(address.resolve(path));
  }

  /** A request as the page makes it. */
  HttpRequest.Builder inside(String path) {
    return to(path).header("Cookie", "stroma-" + port() + "=" + token());
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  int status(HttpRequest.Builder request) throws IOException, InterruptedException {
    return send(request).statusCode();
  }

  JsonNode json(HttpRequest.Builder request) throws IOException, InterruptedException {
    return MAPPER.readTree(send(request).body());
  }

  /** A POST with a body of JSON, or none. */
  HttpRequest.Builder post(String path, String body) {
    return inside(path)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  /** Follows the events until one of them is right, and returns its data. */
  JsonNode follow(String key, String event, Predicate<JsonNode> right) throws Exception {
    HttpResponse<InputStream> stream = client.send(
        inside("/api/events?key=" + key).build(), HttpResponse.BodyHandlers.ofInputStream());
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    try (InputStream body = stream.body()) {
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
      String current = "";
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("event: ")) {
          current = line.substring("event: ".length());
        } else if (line.startsWith("data: ") && current.equals(event)) {
          JsonNode data = MAPPER.readTree(line.substring("data: ".length()));
          if (right.test(data)) {
            return data;
          }
        }
        if (System.nanoTime() > deadline) {
          break;
        }
      }
    }
    throw new AssertionError("no such event " + event + " of " + key + ": " + messages());
  }

  /** The first line that is answered to a request with headers of one's own, which Java's client does not let be set. */
  String raw(String path, String... headers) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port())) {
      socket.setSoTimeout(10_000);
      String request = "GET " + path + " HTTP/1.1\r\n" + String.join("\r\n", headers)
          + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .findFirst()
          .orElse("");
    }
  }

  /** SIGTERM; returns the exit code. */
  int end() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new AssertionError("stroma web does not end");
    }
    return process.exitValue();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    Files.deleteIfExists(err);
  }
}
