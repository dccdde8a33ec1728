/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.simulate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.data.csv.CsvTables;
import org.stroma.statistics.Concordance;

class TruthTest {
  private static final double INFINITE = Double.POSITIVE_INFINITY;

  @TempDir
  private Path folder;

  private static Simulation with(int patients, double patches, double genes, double text) {
    return new Simulation(patients, 4, 4, 10, 1, 0.3, patches, genes, text, 0, 0.2, 5);
  }

  private static Patient patient(
      double[] own, double interaction, double event, double censoring, boolean... has) {
    double[] days = {0};
    return new Patient("p", 0, 0, 0, 0, 0, days, own, interaction, event, censoring, has);
  }

  private static double value(Truth truth, String name) {
    return reachable(truth, name).index().value();
  }

  private static Truth.Reachable reachable(Truth truth, String name) {
    return truth.reachable().stream()
        .filter(r -> r.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /**
   * Pairs with the earlier event first: ab, ac, ad, bc, bd. True log hazards are 2, 0, -3 and -1: all agree. Expected ones are 2, -2
   * (without patches, and so without the interaction), -3 (with it) and 3: ab, ac and bc agree.
   */
  @Test
  void whatCanBeReachedIsTheIndexWorkedByHand() {
    List<Patient> four = List.of(
        patient(new double[] {2, 0, 0}, 0, 1, INFINITE, true, false, false),
        patient(new double[] {3, 1, -3}, -1, 2, 2.5, false, true, true),
        patient(new double[] {-1, -1, 1}, -2, 9, 3, true, true, true),
        patient(new double[] {0, 3, -5}, 1, 4, INFINITE, false, true, false));
    Truth truth = Truth.of(four::stream);
    assertEquals(4, truth.patients());
    assertEquals(3, truth.events());
    assertEquals(1, value(truth, "all_factors"), 1e-12);
    assertEquals(0.6, value(truth, "factors_at_hand"), 1e-12);
    assertEquals(1, value(truth, "patches"), 1e-12, "a and c");
    assertEquals(0.5, value(truth, "genes"), 1e-12, "b, c and d: bc agrees, bd does not");
    assertEquals(0, value(truth, "text"), 1e-12, "b and c");
    assertEquals(3, reachable(truth, "genes").patients());
  }

  @Test
  void whatHasNoIndexSaysWhy() throws IOException {
    Patient censored = patient(new double[3], 0, 5, 1, true, false, false);
    Truth truth = Truth.of(() -> Stream.of(censored, censored));
    JsonNode json = new ObjectMapper().readTree(truth.json(with(2, 1, 1, 1)));
    assertTrue(json.at("/c_index/all_factors/value").isNull(), json.toString());
    assertTrue(
        json.at("/c_index/all_factors/reason").asText().startsWith("no two of the 2 patients"));
    assertEquals("nobody has this modality", json.at("/c_index/text/reason").asText());
    assertTrue(truth.words().contains("nobody has this modality"), truth.words());
  }

  @Test
  void anEffectIsThatOfItsModalityAlone() {
    String[] names = {"patches", "genes", "text"};
    for (int m = 0; m < 3; m++) {
      for (double effect : new double[] {2, -2}) {
        double[] e = new double[3];
        e[m] = effect;
        Population many = new Population(with(4000, e[0], e[1], e[2]));
        Truth truth = Truth.of(many::patients);
        for (int other = 0; other < 3; other++) {
          if (other == m) {
            assertTrue(value(truth, names[m]) > 0.8, names[m] + " " + value(truth, names[m]));
          } else {
            assertEquals(0.5, value(truth, names[other]), names[other]);
          }
        }
        List<Patient> patients = many.patients().toList();
        double[] time = patients.stream().mapToDouble(Patient::time).toArray();
        boolean[] event = new boolean[time.length];
        for (int i = 0; i < event.length; i++) {
          event[i] = patients.get(i).event();
        }
        double[][] factors = {
          patients.stream().mapToDouble(Patient::tumour).toArray(),
          patients.stream().mapToDouble(Patient::pathway).toArray(),
          patients.stream().mapToDouble(Patient::word).toArray()
        };
        for (int other = 0; other < 3; other++) {
          double c = Concordance.harrell(time, event, factors[other]).index().value();
          assertEquals(
              other != m ? 0.5 : effect > 0 ? value(truth, names[m]) : 1 - value(truth, names[m]),
              c,
              0.02,
              names[other] + " where " + names[m] + " has " + effect);
        }
      }
    }
  }

  /** Effects change times and outcomes; what patches, genes and texts show stays as it is. */
  @Test
  void anEffectChangesNoModality() throws IOException {
    SimulateCommand.Simulate.write(folder.resolve("a"), with(12, 2, 0, 0));
    SimulateCommand.Simulate.write(folder.resolve("b"), with(12, 0, -1, 3));
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("a/genes.csv")),
        Files.readAllBytes(folder.resolve("b/genes.csv")));
    try (Stream<Path> slides = Files.list(folder.resolve("a/patches"))) {
      for (Path slide : slides.toList()) {
        assertArrayEquals(
            Files.readAllBytes(slide),
            Files.readAllBytes(folder.resolve("b/patches").resolve(slide.getFileName())));
      }
    }
    Map<String, Map<String, String>> a = cohort("a");
    Map<String, Map<String, String>> b = cohort("b");
    a.forEach((id, row) -> assertEquals(row.get("report"), b.get(id).get("report")));
    assertFalse(a.equals(b));
  }

  private Map<String, Map<String, String>> cohort(String name) throws IOException {
    return CsvTables.read(folder.resolve(name + "/cohort.csv"), "patient_id").rows();
  }

  /** The files give the same c-index as truth.json and README.txt. */
  @Test
  void whatCanBeReachedIsWrittenBesideTheCohort() throws IOException {
    Simulation s = with(60, 1, 0.5, -0.25);
    SimulateCommand.Simulate.write(folder.resolve("c"), s);
    JsonNode json = new ObjectMapper().readTree(folder.resolve("c/truth.json").toFile());
    Map<String, Map<String, String>> cohort = cohort("c");
    Map<String, Map<String, String>> truth =
        CsvTables.read(folder.resolve("c/truth.csv"), "patient_id").rows();
    double[] time = new double[60];
    boolean[] event = new boolean[60];
    double[] all = new double[60];
    double[] atHand = new double[60];
    int i = 0;
    for (Map.Entry<String, Map<String, String>> row : cohort.entrySet()) {
      time[i] = Double.parseDouble(row.getValue().get("time_days"));
      event[i] = row.getValue().get("event").equals("1");
      Map<String, String> planted = truth.get(row.getKey());
      all[i] = Double.parseDouble(planted.get("log_hazard"));
      atHand[i++] = Double.parseDouble(planted.get("expected_log_hazard"));
    }
    String readme = Files.readString(folder.resolve("c/README.txt"));
    for (Map.Entry<String, double[]> risk :
        Map.of("all_factors", all, "factors_at_hand", atHand).entrySet()) {
      double written = json.at("/c_index/" + risk.getKey() + "/value").asDouble();
      assertEquals(
          Concordance.harrell(time, event, risk.getValue()).index().value(),
          written,
          5.1e-5,
          risk.getKey());
      assertTrue(readme.contains(String.format(Locale.ROOT, "%.4f  by the ", written)), readme);
    }
    assertTrue(readme.contains("upper bounds"), readme);
    assertEquals(60, json.path("patients").asInt());
    assertEquals(-0.25, json.at("/log_hazard_ratios/text").asDouble());
    assertTrue(json.at("/c_index/all_factors/standard_error").asDouble() > 0);
  }
}
