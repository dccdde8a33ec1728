/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The live view: who gets in, what it starts and shows, and how a browser shows it. */
class WebIT {
  /** A name that would be a script, were it not text. */
  private static final String NAME = "<img src=x onerror=document.title='taken'>";

  @TempDir
  private static Path folder;

  private static LiveWeb web;

  @BeforeAll
  static void open() throws Exception {
    SimulatedCohort.write(folder, 60);
    Files.writeString(
        folder.resolve("long.json"),
        SimulatedCohort.EXPERIMENT
            .replace("\"epochs\": 40", "\"epochs\": 100000")
            .replace("\"name\": \"simulated\"", "\"name\": \"" + NAME + "\""));
    Files.writeString(
        folder.resolve("short.json"),
        SimulatedCohort.EXPERIMENT
            .replace("\"epochs\": 40", "\"epochs\": 4")
            .replace(
                "\"evaluation\": {",
                "\"evaluation\": {\"baselines\": [], \"inner\": {\"type\": \"hold-out\", \"share\": 0.5}, "));
    Files.writeString(
        folder.resolve("lacking.json"),
        SimulatedCohort.EXPERIMENT.replace(
            "cross-modal-attention\", \"heads\": 2", "unheard-of\""));
    web = new LiveWeb(folder);
  }

  /** SIGTERM ends it, and what it started, and nothing listens any more. */
  @AfterAll
  static void itEndsWithWhatItStarted() throws Exception {
    if (web != null) {
      try (LiveWeb last = web) {
        String key = started("long.json");
        last.follow(key, "run", news -> news.path("models").size() > 0);
        assertEquals(143, last.end());
        assertThrows(IOException.class, () -> new Socket("127.0.0.1", last.port()).close());
      }
    }
  }

  @Test
  void whoHasNoTokenGetsNothing() throws Exception {
    for (String path : List.of(
        "/",
        "/uPlot.js",
        "/api/jobs",
        "/api/events",
        "/nowhere",
        "/system/console",
        "/system/console/bundles",
        "/?token=",
        "/api/jobs?token=00000000000000000000000000000000")) {
      HttpResponse<String> answer = web.send(web.to(path));
      assertEquals(403, answer.statusCode(), path);
      assertFalse(answer.headers().map().toString().contains(web.token()), path);
    }
    String admin =
        Base64.getEncoder().encodeToString("admin:admin".getBytes(StandardCharsets.UTF_8));
    assertEquals(
        403,
        web.status(web.to("/system/console/bundles").header("Authorization", "Basic " + admin)));
  }

  @Test
  void theAddressGivesACookieAndNoLongerShowsTheToken() throws Exception {
    HttpResponse<String> welcome = web.send(web.to(web.address().toString()));
    assertEquals(200, welcome.statusCode());
    String cookie = welcome.headers().firstValue("Set-Cookie").orElseThrow();
    assertTrue(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Strict"), cookie);
    assertFalse(welcome.body().contains(web.token()));
    HttpResponse<String> page = web.send(web.inside("/"));
    assertTrue(page.body().contains("<div id=\"stroma\">"), page.body());
    String policy = page.headers().firstValue("Content-Security-Policy").orElseThrow();
    assertTrue(policy.startsWith("default-src 'none'; script-src 'self'; style-src 'self';"));
  }

  @Test
  void anotherHostAnotherOriginAndAnotherInterfaceAreRefused() throws Exception {
    String cookie = "Cookie: stroma-" + web.port() + "=" + web.token();
    assertTrue(web.raw("/", "Host: 127.0.0.1:" + web.port(), cookie).contains(" 200 "));
    assertTrue(web.raw("/", "Host: evil.example:" + web.port(), cookie).contains(" 403 "));
    assertTrue(web.raw("/", "Host: 127.0.0.1", cookie).contains(" 403 "));
    assertEquals(
        403,
        web.status(web.post("/api/jobs", "{\"file\": \"short.json\"}")
            .header("Origin", "http://evil.example")));
    for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      for (InetAddress address : Collections.list(each.getInetAddresses())) {
        if (!address.isLoopbackAddress()) {
          try (Socket socket = new Socket()) {
            assertThrows(
                IOException.class,
                () -> socket.connect(new InetSocketAddress(address, web.port()), 2000),
                address.toString());
          }
        }
      }
    }
  }

  @Test
  void onlyExperimentsOfTheFolderAreStarted() throws Exception {
    Path outside = Files.createTempFile("outside", ".json");
    try {
      for (String file : List.of(outside.toString(), "../x.json", "nowhere.json", "patients.csv")) {
        HttpResponse<String> answer =
            web.send(web.post("/api/jobs", "{\"file\": \"" + file + "\"}"));
        assertEquals(400, answer.statusCode(), file);
        assertTrue(answer.body().contains(file), answer.body());
      }
      assertEquals(400, web.status(web.post("/api/jobs", "{")));
      assertEquals(400, web.status(web.post("/api/jobs/999/stop", "")));
      assertEquals(404, web.status(web.inside("/api/report?key=../../x")));
      assertEquals(404, web.status(web.inside("/nowhere")));
    } finally {
      Files.delete(outside);
    }
    JsonNode files = web.json(web.inside("/api/experiments")).path("files");
    assertTrue(files.toString().contains("\"short.json\""), files.toString());
  }

  @Test
  void anExperimentIsStartedFollowedAndItsReportRead() throws Exception {
    String key = started("short.json");
    JsonNode list = web.follow(
        key, "list", all -> "done".equals(entry(all, key).path("state").asText()));
    assertTrue(entry(list, key).path("report").asBoolean(), list.toString());
    // who comes late gets what went before
    JsonNode run = web.follow(key, "run", news -> news.has("results"));
    assertTrue(run.path("reset").asBoolean());
    assertEquals(
        "[1,2,3,4]",
        StreamSupport.stream(run.path("models").spliterator(), false)
            .filter(model -> model.path("label").asText().equals("fold 0, inner fold 0"))
            .findFirst()
            .orElseThrow()
            .path("epoch")
            .toString());
    assertTrue(
        run.path("metrics").path(0).path("values").has("os.c_index"),
        run.path("metrics").toString());
    assertTrue(run.path("results").path("os").path("c_index").isNumber(), run.toString());
    HttpResponse<String> report = web.send(web.inside("/api/report?key=" + key));
    assertEquals(200, report.statusCode());
    assertTrue(report.body().contains("<title>simulated"), report.body().substring(0, 300));
  }

  @Test
  void oneThatLacksAPartWaitsAndSaysWhy() throws Exception {
    String key = started("lacking.json");
    JsonNode list = web.follow(
        key, "list", all -> "waiting".equals(entry(all, key).path("state").asText()));
    assertTrue(entry(list, key).path("failure").toString().contains("unheard-of"), list.toString());
    assertEquals(200, web.status(web.post("/api/jobs/" + key.substring(4) + "/stop", "")));
    JsonNode installation = web.json(web.inside("/api/installation"));
    assertTrue(installation.path("parts").size() > 50, installation.toString());
    assertEquals(
        0, installation.path("problems").size(), installation.path("problems").toString());
  }

  @Test
  void theWebConsoleIsBesideIt() throws Exception {
    String bundles = web.send(web.inside("/system/console/bundles")).body();
    assertTrue(bundles.contains("org.stroma.web"), bundles);
    String plugin = web.send(web.inside("/system/console/stroma")).body();
    assertTrue(plugin.contains("<div id=\"stroma\">"), plugin);
    assertEquals(200, web.status(web.inside("/system/console/components")));
  }

  @Test
  void aRunOfTheCommandLineShowsItselfAndStartsNothing() throws Exception {
    try (LiveWeb run = LiveWeb.ofARun(folder, "long.json", "--out", "shown")) {
      JsonNode news = run.follow("run-1", "run", told -> told.path("models").size() > 0);
      assertTrue(
          news.path("models").path(0).path("values").path("loss").path(0).isNumber(),
          news.toString());
      assertFalse(run.json(run.inside("/api/jobs")).path(0).has("job"));
      HttpResponse<String> start = run.send(run.post("/api/jobs", "{\"file\": \"short.json\"}"));
      assertEquals(400, start.statusCode());
      assertTrue(start.body().contains("stroma web is for that"), start.body());
      assertEquals(143, run.end());
    }
  }

  @Test
  void aBrowserStartsARunSeesItsCurveGrowAndStopsIt() throws Exception {
    Optional<Path> chromium = Chromium.installed();
    assumeTrue(chromium.isPresent(), "Chromium is not installed");
    Path pictures = Files.createDirectories(Path.of("target", "web"));
    try (Chromium browser =
        new Chromium(chromium.get(), Files.createDirectory(folder.resolve("profile")))) {
      browser.open(web.address(), 1280);
      browser.await(
          "document.querySelector('#start') && document.querySelector('#files').children.length > 1");
      assertEquals(
          URI.create("http://127.0.0.1:" + web.port() + "/").toString(),
          browser.evaluate("location.href"));
      browser.evaluate("document.querySelector('#file').value = 'long.json'");
      browser.evaluate("document.querySelector('#start button').click()");
      browser.await(
          "document.querySelector('#head .state.running') && document.querySelector('#charts canvas')");
      String epochs = "Number(document.querySelector('#charts figure').dataset.epochs)";
      browser.await(epochs + " > 20");
      browser.await(epochs + " > 80");
      assertTrue(inked(browser) > 100);
      browser.picture(pictures.resolve("desktop.png"));
      assertEquals(NAME, browser.evaluate("document.querySelector('#head h1').textContent"));
      browser.evaluate("document.querySelector('#stop').click()");
      browser.await("document.querySelector('#head .state.stopped')");
      assertEquals("Stroma", browser.evaluate("document.title"));
      assertEquals(List.of(), browser.complaints());
      assertEquals(
          List.of(),
          browser.requests().stream()
              .filter(url -> !url.startsWith("http://127.0.0.1:" + web.port() + "/")
                  && !url.startsWith("data:"))
              .toList());

      browser.evaluate("document.querySelectorAll('#tabs button')[1].click()");
      browser.await("document.querySelectorAll('#installation details').length > 5");
      assertEquals(
          "true", browser.evaluate("document.querySelector('#experiments').offsetParent === null"));
      browser.picture(pictures.resolve("installation.png"));

      browser.open(web.address().resolve("/"), 390);
      browser.await("document.querySelector('#charts canvas')");
      assertEquals("390", browser.evaluate("document.documentElement.scrollWidth"));
      browser.picture(pictures.resolve("phone.png"));
      browser.open(web.address().resolve("/system/console/stroma"), 1280);
      browser.await("document.querySelector('#charts canvas')");
      browser.picture(pictures.resolve("console.png"));
      assertEquals(List.of(), browser.complaints());
      browser.open(web.address().resolve("/system/console/bundles"), 1280);
      browser.await("document.body.innerText.includes('org.stroma.web')");
      assertEquals(List.of(), browser.complaints());
    }
  }

  /** Pixels of the first chart that are drawn on. */
  private static int inked(Chromium browser) throws Exception {
    return Integer.parseInt(
        browser.evaluate(
            """
        (() => {
          const canvas = document.querySelector('#charts canvas');
          const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
          let inked = 0;
          for (let i = 0; i < data.length; i += 4) {
            // the colour of the first line
            inked += data[i + 3] > 128 && data[i + 2] > 120 && data[i] < 90 ? 1 : 0;
          }
          return inked;
        })()
        """));
  }

  private static String started(String file) throws Exception {
    HttpResponse<String> answer = web.send(web.post("/api/jobs", "{\"file\": \"" + file + "\"}"));
    assertEquals(201, answer.statusCode(), answer.body());
    return answer.body().replaceFirst(".*\"key\":\"([^\"]+)\".*", "$1");
  }

  private static JsonNode entry(JsonNode list, String key) {
    for (JsonNode entry : list) {
      if (entry.path("key").asText().equals(key)) {
        return entry;
      }
    }
    return list.path(-1);
  }
}
