/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Server-sent events: {@code GET /api/events?key=KEY} tells the list of experiments whenever it changes ({@code event: list}), and the curves of
 * one of them ({@code event: run}), first all that went before, then what is new. Each client is served by a thread of its own, which
 * looks into the store: one that does not read holds up itself alone, and is given up by the server's timeout.
 */
final class EventStream extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String TYPE = "text/event-stream;charset=utf-8";

  /** Clients at a time; each takes a thread. */
  static final int CLIENTS = 16;

  private static final long LOOK_MILLIS = 1000;
  private static final long PAUSE_MILLIS = 150;
  private static final long SIGN_OF_LIFE_NANOS = 15_000_000_000L;

  private final transient Overview overview;
  private final transient RunStore store;
  private final transient Semaphore places = new Semaphore(CLIENTS);

  EventStream(Overview overview, RunStore store) {
    this.overview = overview;
    this.store = store;
  }

  /** Without it a HEAD would be a GET that nobody hears, and that has no end. */
  @Override
  protected void doHead(HttpServletRequest request, HttpServletResponse response) {
    response.setContentType(TYPE);
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!places.tryAcquire()) {
      response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
      return;
    }
    try {
      response.setContentType(TYPE);
      response.setHeader("Cache-Control", "no-store");
      String key = request.getParameter("key");
      new Client(response.getOutputStream(), key == null ? "" : key).serve();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      places.release();
    }
  }

  /** One client, and what it knows. */
  private final class Client {
    private final OutputStream out;
    private final String key;
    private JsonNode list = JsonNodeFactory.instance.nullNode();
    private int record;
    private long seen = -1;
    private long heard = System.nanoTime();

    Client(OutputStream out, String key) {
      this.out = out;
      this.key = key;
    }

    void serve() throws IOException, InterruptedException {
      // a browser that was cut off comes back soon
      write("retry: 2000\n\n");
      while (!store.closed()) {
        long version = store.version();
        list();
        run();
        if (System.nanoTime() - heard > SIGN_OF_LIFE_NANOS) {
          write(":\n\n");
        }
        store.await(version, LOOK_MILLIS);
        Thread.sleep(PAUSE_MILLIS);
      }
    }

    private void list() throws IOException {
      ArrayNode now = overview.list();
      if (!now.equals(list)) {
        list = now;
        send("list", now);
      }
    }

    private void run() throws IOException {
      Optional<RunRecord> known = key.isEmpty() ? Optional.empty() : overview.record(key);
      if (known.isEmpty()) {
        return;
      }
      RunRecord run = known.get();
      if (run.number() != record) {
        record = run.number();
        seen = -1;
      }
      long since = seen;
      ObjectNode news = store.read(() -> {
        seen = store.version();
        return seen == since ? null : run.since(since);
      });
      if (news != null) {
        send("run", news.put("key", key).put("reset", since == -1));
      }
    }

    private void send(String event, JsonNode data) throws IOException {
      write("event: " + event + "\ndata: " + MAPPER.writeValueAsString(data) + "\n\n");
    }

    private void write(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
      heard = System.nanoTime();
    }
  }
}
