/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Report and model card of a run with all kinds of heads, whose names are not well meant. */
class ReportIT {
  private static final String SCRIPT = "<script>document.title='taken'</script>";
  private static final String LONG = "adenocarcinoma_of_unknown_origin_" + "x".repeat(120);

  @TempDir
  private static Path folder;

  private static Path run;

  @BeforeAll
  static void run() throws Exception {
    Random random = new Random(11);
    StringBuilder table = new StringBuilder("id,days,event,type,size\n");
    StringBuilder genes = new StringBuilder("id,g1,g2\n");
    for (int i = 0; i < 60; i++) {
      double x = random.nextGaussian();
      double days = 1 + 900 * -Math.log(1 - random.nextDouble()) * Math.exp(-x);
      String type = x > 0.5 ? SCRIPT : x > -0.5 ? LONG : "b & \"c\"";
      table.append(String.format(
          Locale.ROOT,
          "q%d,%.1f,%d,\"%s\",%.2f%n",
          i,
          days,
          random.nextInt(4) > 0 ? 1 : 0,
          type.replace("\"", "\"\""),
          10 + 3 * x + random.nextGaussian()));
      if (i % 6 != 0) {
        genes.append(String.format(Locale.ROOT, "q%d,%.4f,%.4f%n", i, x, random.nextGaussian()));
      }
    }
    // one without any target
    table.append("q99,,,,\n");
    Files.writeString(folder.resolve("cohort.csv"), table);
    Files.writeString(folder.resolve("genes.csv"), genes);
    Files.writeString(folder.resolve("experiment.json"), EXPERIMENT);
    run = folder.resolve("run");
    Stroma.Result result = Stroma.run(folder, "run", "experiment.json", "--out", "run");
    assertEquals(0, result.code(), result.toString());
  }

  private static final String EXPERIMENT =
      """
      {"name": "report", "seed": 3,
       "cohort": {"table": "cohort.csv", "id": "id",
                  "targets": {"os": {"kind": "survival", "time": "days", "event": "event"},
                              "type": {"kind": "class", "column": "type"}, "size": {"kind": "number", "column": "size"}}},
       "modalities": {
         "genes": {"reader": {"type": "csv-matrix", "path": "genes.csv"}, "transforms": [{"type": "zscore"}],
                   "encoder": {"type": "genomic-mlp", "hidden1": 4, "hidden2": 0}},
         "others": {"reader": {"type": "csv-matrix", "path": "genes.csv"}, "encoder": {"type": "genomic-mlp", "hidden1": 4, "hidden2": 0}}},
       "model": {"embedDim": 4, "fusion": {"type": "mean"},
                 "heads": {"os": {"type": "survival", "target": "os"}, "type": {"type": "classification", "target": "type"},
                           "size": {"type": "regression", "target": "size"}}},
       "losses": [{"type": "cox", "head": "os"}, {"type": "cross-entropy", "head": "type"}, {"type": "mse", "head": "size"}],
       "training": {"epochs": 3, "batchSize": 16},
       "evaluation": {"split": {"folds": 2, "stratify": "os.event"}, "repeats": 2, "times": [300, 900]}}
      """;

  @Test
  void everyRunEndsWithReportAndModelCard() throws IOException {
    String report = Files.readString(run.resolve("report.html"));
    String card = Files.readString(run.resolve("model-card.md"));
    for (String word :
        List.of("Kaplan-Meier", "Calibration", "ROC curves", "Confusion matrix", "TRIPOD+AI")) {
      assertTrue(report.contains(word), word);
    }
    assertFalse(report.contains(SCRIPT));
    assertFalse(report.contains("NaN"));
    assertTrue(card.startsWith("# Model card: report\n"), card);
    assertFalse(card.contains(SCRIPT), card);
    JsonNode cohort = Stroma.json(run.resolve("cohort.json"));
    assertEquals(61, cohort.path("patients").asInt());
    int analysed = cohort.path("analysed").path("patients").asInt();
    assertTrue(analysed >= 50 && analysed <= 60, "" + analysed);
    assertTrue(report.contains(analysed + " patients"), analysed + " patients");
    assertEquals(
        "no target is known", cohort.path("excluded").path(0).path("reason").asText());
    assertEquals("q99", cohort.path("excluded").path(0).path("patients").path(0).asText());
  }

  @Test
  void theCommandWritesTheSameAgain() throws Exception {
    String report = Files.readString(run.resolve("report.html"));
    Path copy = folder.resolve("copy");
    Files.createDirectory(copy);
    for (String file : List.of(
        "experiment.json",
        "metrics.json",
        "predictions.csv",
        "history.csv",
        "provenance.json",
        "cohort.json")) {
      Files.copy(run.resolve(file), copy.resolve(file));
    }
    Stroma.Result result = Stroma.run(folder, "report", "copy");
    assertEquals(0, result.code(), result.toString());
    assertEquals(
        List.of("copy/report.html", "copy/model-card.md"), result.out().lines().toList());
    assertEquals(report, Files.readString(copy.resolve("report.html")));

    Files.delete(copy.resolve("metrics.json"));
    Stroma.Result early = Stroma.run(folder, "report", "copy");
    assertEquals(3, early.code(), early.toString());
    assertTrue(
        early.err().contains("copy has no metrics.json: the run has not ended, or was stopped"),
        early.toString());
    Stroma.Result none = Stroma.run(folder, "report", "nowhere");
    assertEquals(3, none.code(), none.toString());
    assertEquals("stroma: there is no folder nowhere", none.err().strip());
  }

  @Test
  void aBrowserShowsItOnADesktopAndAPhoneAndLoadsNothing() throws Exception {
    Optional<Path> chromium = Chromium.installed();
    assumeTrue(chromium.isPresent(), "Chromium is not installed");
    Path page = run.resolve("report.html");
    try (Chromium browser =
        new Chromium(chromium.get(), Files.createDirectory(folder.resolve("profile")))) {
      for (int width : List.of(390, 1280)) {
        browser.open(page.toUri(), width);
        String name = "at " + width + " pixels";
        assertEquals("report – report", browser.evaluate("document.title"), name);
        assertEquals(List.of(page.toUri().toString()), browser.requests(), name);
        assertEquals(List.of(), browser.complaints(), name);
        for (String state : List.of("folded", "unfolded")) {
          // a scroll bar beside the page leaves it a little less than the window
          assertEquals(
              browser.evaluate("document.documentElement.clientWidth"),
              browser.evaluate("document.documentElement.scrollWidth"),
              name + ", " + state);
          assertEquals("", browser.evaluate(TOO_WIDE), name + ", " + state);
          browser.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)");
        }
        assertEquals("", browser.evaluate(CUT_TEXTS), name);
        assertTrue(
            Double.parseDouble(browser.evaluate(SMALLEST_TEXT)) >= 10,
            browser.evaluate(SMALLEST_TEXT) + name);
      }
    }
  }

  /** What stands out of the page, but for what can be moved within its frame. */
  private static final String TOO_WIDE =
      """
      [...document.querySelectorAll('body *')]
        .filter(e => !e.closest('.table') && e.getBoundingClientRect().right > innerWidth + 1)
        .map(e => e.tagName + ' ' + e.textContent.slice(0, 40)).join('; ')""";

  /** Texts that stand out of their drawings. */
  private static final String CUT_TEXTS =
      """
      [...document.querySelectorAll('svg text')].filter(t => {
        const a = t.getBoundingClientRect(), b = t.ownerSVGElement.getBoundingClientRect();
        return a.left < b.left - 1 || a.right > b.right + 1 || a.top < b.top - 1 || a.bottom > b.bottom + 1;
      }).map(t => t.textContent).join('; ')""";

  /** The height of letters in drawings, in pixels of the screen. */
  private static final String SMALLEST_TEXT =
      """
      Math.min(...[...document.querySelectorAll('svg')].map(s =>
        parseFloat(s.getAttribute('font-size')) * s.getBoundingClientRect().width / s.viewBox.baseVal.width))""";
}
