/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command audit, on an experiment that leaks and on runs of it. */
class AuditIT {
  @TempDir
  private Path folder;

  private Stroma.Result stroma(int code, String... arguments) throws Exception {
    Stroma.Result result = Stroma.run(folder, arguments);
    assertEquals(code, result.code(), result.toString());
    return result;
  }

  private List<JsonNode> findings(String file, String check, String level) throws Exception {
    return StreamSupport.stream(
            Stroma.json(folder.resolve(file)).path("findings").spliterator(), false)
        .filter(f ->
            f.path("check").asText().equals(check) && f.path("level").asText().equals(level))
        .toList();
  }

  @Test
  void leakageIsFoundBeforeARunAndToldAfterIt() throws Exception {
    // nothing to be found: what a model knows of its training patients it knows by heart
    stroma(
        0,
        "simulate",
        "--out",
        "c",
        "--patients",
        "60",
        "--patches",
        "6",
        "--patch-width",
        "4",
        "--single-modal",
        "0",
        "--cross-modal",
        "0");
    // one patient under two names
    for (String file : List.of("c/cohort.csv", "c/genes.csv")) {
      List<String> lines = Files.readAllLines(folder.resolve(file));
      String twin =
          lines.stream().filter(l -> l.startsWith("SIM-00007,")).findFirst().orElseThrow();
      Files.writeString(
          folder.resolve(file),
          String.join("\n", lines) + "\n" + twin.replaceFirst("SIM-00007,", "SIM-90000,") + "\n");
    }
    String experiment = "c/experiment.json";
    Stroma.Result strict = stroma(3, "audit", experiment, "--strict", "--out", "before.json");
    assertTrue(strict.out().contains("PROBLEM"), strict.out());
    stroma(0, "audit", experiment, "--out", "before.md");
    assertTrue(
        Files.readString(folder.resolve("before.md")).startsWith("# Audit of `c/experiment.json`"));
    List<JsonNode> leaks = findings("before.json", "leakage", "problem");
    assertTrue(
        leaks.stream()
            .anyMatch(f -> f.path("sentence").asText().contains("SIM-00007 and SIM-90000")),
        leaks.toString());
    assertEquals("identical-data", leaks.get(0).at("/evidence/permission").asText());
    assertEquals("/cohort/allow", leaks.get(0).at("/place/pointer").asText());
    assertFalse(findings("before.json", "events-per-variable", "caution").isEmpty());

    String allow =
        "cohort.allow={\"identical-data\":\"known twins\",\"shared-files\":\"their slides too\"}";
    stroma(
        0, "run", experiment, "--out", "runs/first", "--set", allow, "--set", "training.epochs=8");
    stroma(
        0, "run", experiment, "--out", "runs/second", "--set", allow, "--set", "training.epochs=2");
    stroma(0, "audit", "runs/first", "--out", "first.json");
    JsonNode allowed = findings("first.json", "leakage", "caution").get(0);
    assertTrue(
        allowed.path("sentence").asText().endsWith("allows identical-data: \"known twins\"."),
        allowed.toString());
    assertEquals(List.of(), findings("first.json", "leakage", "problem"));
    assertEquals("run", Stroma.json(folder.resolve("first.json")).path("kind").asText());
    assertFalse(findings("first.json", "performance", "caution").isEmpty());
    assertTrue(Files.readString(folder.resolve("first.json"))
        .contains("was judged by the same test folds (second)"));

    // without its data a run still says much, and what it does not
    Files.move(folder.resolve("c"), folder.resolve("moved"));
    Stroma.Result without = stroma(0, "audit", "runs/first", "--out", "without.json");
    assertTrue(without.err().contains("--data names another folder"), without.err());
    assertFalse(findings("without.json", "telling-features", "not applicable").isEmpty());
    assertEquals(
        allowed.path("sentence"),
        findings("without.json", "leakage", "caution").get(0).path("sentence"));
    stroma(0, "audit", "runs/first", "--data", "moved", "--out", "moved.json");
    assertEquals(
        findings("first.json", "missing-data", "fine"),
        findings("moved.json", "missing-data", "fine"));
    stroma(2, "audit", "runs/first", "--out", "moved/cohort.csv.md", "--set", "seed=1");
    stroma(2, "audit", "runs/first", "--out", "moved/cohort.csv");
  }
}
