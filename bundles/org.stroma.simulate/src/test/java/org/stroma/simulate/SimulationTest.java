/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.simulate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.command.UsageException;
import org.stroma.data.csv.CsvTables;
import org.stroma.statistics.Concordance;

class SimulationTest {
  private static final Simulation MANY =
      new Simulation(4000, 10, 8, 20, 1, 0.3, 1, 1, 1, 1, 0.25, 7);

  @TempDir
  private Path folder;

  private static List<Patient> draw(Simulation s) {
    return new Population(s).patients().toList();
  }

  private static double concordance(List<Patient> patients, ToDoubleFunction<Patient> risk) {
    double[] time = patients.stream().mapToDouble(Patient::time).toArray();
    boolean[] event = new boolean[time.length];
    for (int i = 0; i < event.length; i++) {
      event[i] = patients.get(i).event();
    }
    return Concordance.harrell(time, event, patients.stream().mapToDouble(risk).toArray())
        .index()
        .value();
  }

  /** The figures are R's for 200,000 patients drawn there: src/test/r/planted.R. */
  @Test
  void theHazardIsWhatWasPlanted() {
    List<Patient> patients = draw(MANY);
    assertEquals(0.838, concordance(patients, Patient::logHazard), 0.015, "the true log hazard");
    assertEquals(
        0.773,
        concordance(patients, p -> p.tumour() + p.pathway() + p.word()),
        0.015,
        "without the interaction");
    for (ToDoubleFunction<Patient> own :
        List.<ToDoubleFunction<Patient>>of(Patient::tumour, Patient::pathway, Patient::word)) {
      assertEquals(0.648, concordance(patients, own), 0.02, "a modality's own factor");
    }
    // the interaction: each of its sides is worth nothing, their product something
    assertEquals(0.5, concordance(patients, Patient::texture), 0.015);
    assertEquals(0.5, concordance(patients, Patient::change), 0.015);
    assertEquals(
        0.632,
        concordance(patients, p -> Math.signum(p.texture()) * Math.signum(p.change())),
        0.015);
    assertEquals(
        0.25,
        patients.stream().filter(p -> !p.event()).count() / 4000.0,
        0.025,
        "a quarter is censored");
  }

  @Test
  void modalitiesAreMissingAsAskedAndNeverAll() {
    List<Patient> patients = draw(MANY);
    for (int m = 0; m < 3; m++) {
      int modality = m;
      // a third of the patients keep this one whatever the draw says
      assertEquals(
          0.3 * 2 / 3, patients.stream().filter(p -> !p.has()[modality]).count() / 4000.0, 0.025);
    }
    assertTrue(patients.stream().allMatch(p -> p.has()[0] || p.has()[1] || p.has()[2]));
  }

  /** A mean over the genes that follow a factor, and over the patches, gives the factors back. */
  @Test
  void theFilesShowTheFactors() throws IOException {
    Simulation s = new Simulation(120, 60, 16, 50, 1, 0, 1, 1, 1, 1, 0.3, 3);
    SimulateCommand.Simulate.write(folder.resolve("c"), s);
    Map<String, Map<String, String>> truth =
        CsvTables.read(folder.resolve("c/truth.csv"), "patient_id").rows();
    Map<String, Map<String, String>> genes =
        CsvTables.read(folder.resolve("c/genes.csv"), "patient_id").rows();
    List<double[]> pairs = new ArrayList<>();
    List<double[]> switches = new ArrayList<>();
    // the sign with which a gene follows its factor is found from the first half, and used on the
    // second
    List<String> ids = List.copyOf(truth.keySet());
    for (String id : ids.subList(60, 120)) {
      pairs.add(new double[] {
        projected(genes, truth, ids.subList(0, 60), id, "pathway", 0), number(truth, id, "pathway")
      });
      switches.add(new double[] {
        projected(genes, truth, ids.subList(0, 60), id, "switch", 1), number(truth, id, "switch")
      });
    }
    assertTrue(correlation(pairs) > 0.9, "genes and pathway: " + correlation(pairs));
    assertTrue(correlation(switches) > 0.9, "genes and switch: " + correlation(switches));
    // the direction in which patches follow a factor is their covariance with it in the first half
    double[] centre = new double[16];
    double centred = 0;
    for (String id : ids.subList(0, 60)) {
      double[] mean = mean(npy(folder.resolve("c/patches/" + id + ".npy")));
      for (int k = 0; k < 16; k++) {
        centre[k] += mean[k] / 60;
      }
      centred += number(truth, id, "tumour") / 60;
    }
    double[] direction = new double[16];
    for (String id : ids.subList(0, 60)) {
      double[] mean = mean(npy(folder.resolve("c/patches/" + id + ".npy")));
      for (int k = 0; k < 16; k++) {
        direction[k] += (mean[k] - centre[k]) * (number(truth, id, "tumour") - centred);
      }
    }
    List<double[]> tumours = new ArrayList<>();
    for (String id : ids.subList(60, 120)) {
      double[] mean = mean(npy(folder.resolve("c/patches/" + id + ".npy")));
      double sum = 0;
      for (int k = 0; k < 16; k++) {
        sum += (mean[k] - centre[k]) * direction[k];
      }
      tumours.add(new double[] {sum, number(truth, id, "tumour")});
    }
    assertTrue(correlation(tumours) > 0.7, "patches and tumour: " + correlation(tumours));
    String table = Files.readString(folder.resolve("c/cohort.csv"));
    assertEquals(120, table.lines().filter(l -> l.endsWith(",simulated")).count());
    assertTrue(
        Files.readString(folder.resolve("c/README.txt")).startsWith("THIS COHORT IS SIMULATED"));
  }

  private static double number(Map<String, Map<String, String>> table, String id, String column) {
    return Double.parseDouble(table.get(id).get(column));
  }

  private static double projected(
      Map<String, Map<String, String>> genes,
      Map<String, Map<String, String>> truth,
      List<String> known,
      String id,
      String factor,
      int first) {
    double sum = 0;
    for (int g = first; g < 50; g += 5) {
      double sign = 0;
      for (String other : known) {
        sign += number(genes, other, "G" + g) * number(truth, other, factor);
      }
      sum += Math.signum(sign) * number(genes, id, "G" + g);
    }
    return sum;
  }

  private static double correlation(List<double[]> pairs) {
    double n = pairs.size();
    double x = pairs.stream().mapToDouble(p -> p[0]).sum() / n;
    double y = pairs.stream().mapToDouble(p -> p[1]).sum() / n;
    double xy = pairs.stream().mapToDouble(p -> (p[0] - x) * (p[1] - y)).sum();
    double xx = pairs.stream().mapToDouble(p -> (p[0] - x) * (p[0] - x)).sum();
    double yy = pairs.stream().mapToDouble(p -> (p[1] - y) * (p[1] - y)).sum();
    return xy / Math.sqrt(xx * yy);
  }

  private static double[] mean(float[] patches) {
    double[] mean = new double[16];
    for (int i = 0; i < patches.length; i++) {
      mean[i % 16] += patches[i] * 16.0 / patches.length;
    }
    return mean;
  }

  private static float[] npy(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int start = 10 + bytes.getShort(8);
    float[] values = new float[(bytes.capacity() - start) / 4];
    bytes.position(start).slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  @Test
  void theSameSeedGivesTheSameBytes() throws IOException {
    Simulation s = new Simulation(12, 6, 8, 10, 3, 0.2, 1, 1, 1, 1, 0.3, 5);
    SimulateCommand.Simulate.write(folder.resolve("a"), s);
    SimulateCommand.Simulate.write(folder.resolve("b"), s);
    SimulateCommand.Simulate.write(
        folder.resolve("other"), new Simulation(12, 6, 8, 10, 3, 0.2, 1, 1, 1, 1, 0.3, 6));
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder.resolve("a"))) {
      files =
          all.filter(Files::isRegularFile).map(folder.resolve("a")::relativize).toList();
    }
    assertTrue(files.size() > 12, files.toString());
    for (Path file : files) {
      assertArrayEquals(
          Files.readAllBytes(folder.resolve("a").resolve(file)),
          Files.readAllBytes(folder.resolve("b").resolve(file)),
          "" + file);
    }
    assertFalse(Files.readString(folder.resolve("a/genes.csv"))
        .equals(Files.readString(folder.resolve("other/genes.csv"))));
    long visits = Files.readAllLines(folder.resolve("a/cohort.csv")).size() - 1;
    assertTrue(visits > 12 && visits <= 36, "one to three visits each: " + visits);
  }

  @Test
  void whatIsThereIsNotWrittenOver() throws IOException {
    Files.createDirectories(folder.resolve("full"));
    Files.writeString(folder.resolve("full/mine.txt"), "mine");
    UsageException e = assertThrows(
        UsageException.class,
        () -> SimulateCommand.Simulate.write(
            folder.resolve("full"), new Simulation(12, 6, 8, 10, 1, 0, 1, 1, 1, 1, 0, 5)));
    assertTrue(e.getMessage().contains("is there already"), e.getMessage());
    assertEquals("mine", Files.readString(folder.resolve("full/mine.txt")));
    try (Stream<Path> all = Files.list(folder)) {
      assertEquals(1, all.count(), "nothing half written is left");
    }
  }
}
