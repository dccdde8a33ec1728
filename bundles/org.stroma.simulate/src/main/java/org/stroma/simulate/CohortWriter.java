/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.simulate;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.random.RandomGenerator;

/** Writes a simulated cohort, a patient at a time, so that it may be of any size. */
final class CohortWriter {
  /** Every fifth patch shows the patient's factors, as tumour lies among stroma; the others are noise. */
  private static final double SHOWN = 0.2;

  /** Every fifth gene follows one of the two factors. */
  private static final int EVERY = 5;

  private static final String[] LOW = {"no", "slight", "little"};
  private static final String[] HIGH = {"marked", "severe", "extensive"};
  private static final String[] FILLER = {
    "the", "specimen", "shows", "tissue", "with", "margins", "examined", "and", "cells"
  };

  private final Simulation simulation;
  private final Population population;
  private final double[][] directions;
  private final double[] loadings;

  CohortWriter(Simulation simulation) {
    this.simulation = simulation;
    population = new Population(simulation);
    // how factors show is the same for all patients, and follows from the seed
    Random random = new Random(simulation.seed() ^ 0x5DEECE66DL);
    directions = new double[3][simulation.patchWidth()];
    for (double[] direction : directions) {
      for (int i = 0; i < direction.length; i++) {
        direction[i] = random.nextGaussian() / Math.sqrt(simulation.patchWidth()) * 3;
      }
    }
    loadings = new double[simulation.genes()];
    for (int i = 0; i < loadings.length; i++) {
      loadings[i] = random.nextBoolean() ? 1 : -1;
    }
  }

  /** Writes into a folder that is there and empty. */
  void write(Path folder) throws IOException {
    boolean visits = simulation.visits() > 1;
    Files.createDirectories(folder.resolve("patches"));
    Truth known = Truth.of(population::patients);
    Files.writeString(folder.resolve("README.txt"), readme(known));
    Files.writeString(folder.resolve("truth.json"), known.json(simulation));
    Files.writeString(folder.resolve("experiment.json"), Experiments.survival(simulation));
    Files.writeString(folder.resolve("experiment-class.json"), Experiments.classes(simulation));
    if (simulation.visits() == 1) {
      Files.writeString(folder.resolve("experiment-short.json"), Experiments.brief());
    }
    try (Writer cohort = Files.newBufferedWriter(folder.resolve("cohort.csv"));
        Writer genes = Files.newBufferedWriter(folder.resolve("genes.csv"));
        Writer truth = Files.newBufferedWriter(folder.resolve("truth.csv"))) {
      cohort.write("patient_id," + (visits ? "visit_id,days," : "")
          + "time_days,event,outcome,marker,report,slide,origin\n");
      genes.write("patient_id");
      for (int g = 0; g < simulation.genes(); g++) {
        genes.write(",G" + g);
      }
      genes.write('\n');
      truth.write("patient_id,log_hazard,tumour,texture,pathway,switch,word,expected_log_hazard\n");
      for (int i = 0; i < simulation.patients(); i++) {
        RandomGenerator random = Population.chance(simulation, i);
        Patient patient = population.patient(i, random);
        patient(folder, patient, random, visits, cohort, genes, truth);
      }
    }
  }

  private void patient(
      Path folder,
      Patient p,
      RandomGenerator random,
      boolean visits,
      Writer cohort,
      Writer genes,
      Writer truth)
      throws IOException {
    truth.write(String.format(
        Locale.ROOT,
        "%s,%.6f,%.6f,%.6f,%.6f,%.6f,%.6f,%.6f%n",
        p.id(),
        p.logHazard(),
        p.tumour(),
        p.texture(),
        p.pathway(),
        p.change(),
        p.word(),
        p.expectedLogHazard()));
    if (p.has()[Patient.GENES]) {
      genes.write(p.id());
      for (int g = 0; g < simulation.genes(); g++) {
        double factor = g % EVERY == 0 ? p.pathway() : g % EVERY == 1 ? p.change() : 0;
        genes.write(
            String.format(Locale.ROOT, ",%.4f", loadings[g] * factor + random.nextGaussian()));
      }
      genes.write('\n');
    }
    for (int v = 0; v < p.days().length; v++) {
      String sample = visits ? p.id() + "-V" + (v + 1) : p.id();
      boolean patches = p.has()[Patient.PATCHES];
      cohort.write(p.id());
      if (visits) {
        cohort.write(String.format(Locale.ROOT, ",%s,%.0f", sample, p.days()[v]));
      }
      cohort.write(String.format(
          Locale.ROOT,
          ",%.1f,%d,%s,%.3f,%s,%s,simulated%n",
          p.time(),
          p.event() ? 1 : 0,
          p.logHazard() > 0 ? "poor" : "good",
          100 + 10 * p.logHazard(),
          p.has()[Patient.TEXT] ? text(p.word() * p.grown(v), random) : "",
          patches ? sample : ""));
      if (patches) {
        patches(folder, sample, p, p.grown(v), random);
      }
    }
  }

  /** Two words that follow the factor, among others that do not. */
  private static String text(double factor, RandomGenerator random) {
    StringBuilder text = new StringBuilder("simulated report");
    for (int i = 0; i < 8; i++) {
      text.append(' ').append(FILLER[random.nextInt(FILLER.length)]);
      if (i % 4 == 1) {
        boolean high = random.nextDouble() < 1 / (1 + Math.exp(-3 * factor));
        text.append(' ')
            .append((high ? HIGH : LOW)[random.nextInt(3)])
            .append(i == 1 ? " necrosis" : " spread");
      }
    }
    return text.toString();
  }

  private void patches(Path folder, String sample, Patient p, double grown, RandomGenerator random)
      throws IOException {
    int width = simulation.patchWidth();
    int count = Math.max(1, (int) Math.round(simulation.patches() * (0.5 + random.nextDouble())));
    int columns = (int) Math.ceil(Math.sqrt(count));
    ByteBuffer features =
        ByteBuffer.allocate(count * width * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer places =
        ByteBuffer.allocate(count * 2 * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer labels = ByteBuffer.allocate(count * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      boolean shows = i == 0 || random.nextDouble() < SHOWN;
      for (int k = 0; k < width; k++) {
        double x = random.nextGaussian();
        if (shows) {
          // the first direction marks the patches that show something
          x += directions[0][k]
              + grown
                  * (p.tumour() * directions[1][k] + Math.signum(p.texture()) * directions[2][k]);
        }
        features.putFloat((float) x);
      }
      labels.putInt(shows ? 1 : 0);
      places.putInt(256 * (i % columns)).putInt(256 * (i / columns));
    }
    npy(folder.resolve("patches/" + sample + ".npy"), "<f4", count, width, features);
    npy(folder.resolve("patches/" + sample + ".coordinates.npy"), "<i4", count, 2, places);
    npy(folder.resolve("patches/" + sample + ".labels.npy"), "<i4", count, 1, labels);
  }

  /** NumPy's format 1.0. */
  private static void npy(Path file, String type, int rows, int columns, ByteBuffer data)
      throws IOException {
    String header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + rows + ", "
        + columns + "), }";
    int padded = (10 + header.length() + 1 + 63) / 64 * 64 - 10;
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      out.write(0x93);
      out.write("NUMPY".getBytes(StandardCharsets.US_ASCII));
      out.write(new byte[] {1, 0, (byte) padded, (byte) (padded >> 8)});
      out.write((header + " ".repeat(padded - header.length() - 1) + "\n")
          .getBytes(StandardCharsets.US_ASCII));
      out.write(data.array());
    }
  }

  private String readme(Truth truth) {
    return """
        THIS COHORT IS SIMULATED. No patient, slide, gene or report in it exists.

        It was written by `stroma simulate` with %s.

        Planted: a factor of the hazard in each of the modalities (in every fifth patch, in every fifth gene, in two words of
        the report), and an interaction of a factor that only patches show with one that only genes show, which tells nothing
        to a model that sees one of them. The marker is 100 + 10 x the log hazard; the patches' labels are 1 where the factors
        show and 0 elsewhere. Censoring has the same rate for all patients, whatever their hazard. truth.csv holds the factors,
        the true log hazard, and the one expected from the modalities that a patient has; it is for evaluation alone.

        How well can a model do? Harrell's c-index of the %d patients (%d events) that is open,

        %s
        Models see the factors through the noise of patches, genes and words, so these are upper bounds; chance may lift a model
        above them. truth.json has them with their standard errors.

            stroma run experiment.json          survival
            stroma run experiment-class.json    outcome poor or good: the sign of the true log hazard%s
        """
        .formatted(
            simulation.toString().replaceAll("^Simulation\\[|]$", ""),
            truth.patients(),
            truth.events(),
            truth.words(),
            simulation.visits() == 1
                ? "\n    stroma run experiment-short.json    survival, the model left to the size of the data"
                : "");
  }
}
