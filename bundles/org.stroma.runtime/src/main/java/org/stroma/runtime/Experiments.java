/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stroma.api.Schedule;
import org.stroma.api.data.DataException;
import org.stroma.metrics.Metric;

/** Checks, runs and applies experiments. */
@Component(service = Experiments.class)
public final class Experiments {
  private static final Logger LOG = LoggerFactory.getLogger(Experiments.class);

  private final PartCatalog catalog;
  private final PartWiring wiring;
  private final Provenance provenance;
  private final Devices devices;

  @Activate
  public Experiments(
      @Reference PartCatalog catalog,
      @Reference PartWiring wiring,
      @Reference Provenance provenance,
      @Reference Devices devices) {
    this.catalog = catalog;
    this.wiring = wiring;
    this.provenance = provenance;
    this.devices = devices;
  }

  /**
   * Checks an experiment file, and that its parts start.
   *
   * @throws ExperimentException with every fault
   */
  public Experiment validate(Path file, List<String> overrides) {
    Experiment experiment = ExperimentFile.read(file.toAbsolutePath().normalize(), overrides, catalog);
    wiring.wire(experiment).close();
    return experiment;
  }

  /**
   * Trains and evaluates.
   *
   * @param out the run directory, made when everything has been checked and read; null for
   *     {@code runs/NAME} beside the experiment, with a number when that is taken
   * @return the run directory
   */
  public Path run(Path file, List<String> overrides, Path out, Progress progress) {
    Experiment experiment = ExperimentFile.read(file.toAbsolutePath().normalize(), overrides, catalog);
    Path directory = experiment.file().getParent();
    Path target = out == null ? free(directory.resolve("runs"), experiment.name()) : out.toAbsolutePath().normalize();
    refuseOverwriting(target);
    try (PartWiring.Wired wired = wiring.wire(experiment)) {
      CohortReader reader = new CohortReader(directory, experiment.cohort().table(), experiment.cohort().id());
      CohortData data = reader.read(experiment, wired.parts(), true);
      data.notes().forEach(progress::note);
      List<Splits.Fold> folds = Splits.folds(experiment, data);
      RunDirectory run = new RunDirectory(target);
      new CrossValidation(experiment, wired.parts(), data, reader, folds, run, progress, devices).run();
      run.write("provenance.json", provenance.of(experiment, reader.files(), devices));
    }
    return target;
  }

  /**
   * Predicts for the patients of a table with all models of a run; predictions are averaged over the models.
   *
   * @param table a CSV file like the run's cohort table; paths of the modalities are relative to it
   */
  public void predict(Path runDirectory, Path table, Path out) {
    Path written = runDirectory.resolve("experiment.json");
    if (!Files.isRegularFile(written)) {
      throw new DataException(runDirectory + " is no run directory: it holds no experiment.json");
    }
    Experiment experiment = ExperimentFile.read(written.toAbsolutePath().normalize(), List.of(), catalog);
    try (PartWiring.Wired wired = wiring.wire(experiment)) {
      Path cohort = table.toAbsolutePath().normalize();
      CohortReader reader =
          new CohortReader(cohort.getParent(), cohort.getFileName().toString(), experiment.cohort().id());
      CohortData data = reader.read(experiment, wired.parts(), false);
      data.notes().forEach(LOG::info);
      Map<String, Map<String, double[]>> sums = new LinkedHashMap<>();
      List<Checkpoints.Model> models = Checkpoints.list(runDirectory);
      for (Checkpoints.Model model : models) {
        Checkpoints.predict(experiment, wired.parts(), model, data, devices).forEach((name, byPatient) ->
            byPatient.forEach((patient, values) -> {
              double[] sum =
                  sums.computeIfAbsent(name, n -> new LinkedHashMap<>())
                      .computeIfAbsent(patient, p -> new double[values.length]);
              for (int i = 0; i < sum.length; i++) {
                sum[i] += values[i] / models.size();
              }
            }));
      }
      StringBuilder csv = new StringBuilder("patient");
      sums.forEach((name, byPatient) ->
          CrossValidation.columns(name, byPatient.values().iterator().next().length)
              .forEach(c -> csv.append(',').append(c)));
      csv.append('\n');
      for (String patient : data.patients()) {
        csv.append(CrossValidation.cell(patient));
        for (Map<String, double[]> byPatient : sums.values()) {
          for (double value : byPatient.get(patient)) {
            csv.append(',').append(String.format(Locale.ROOT, "%.7g", value));
          }
        }
        csv.append('\n');
      }
      Path file = out.toAbsolutePath().normalize();
      new RunDirectory(file.getParent()).write(file.getFileName().toString(), csv.toString());
    }
  }

  private static Path free(Path runs, String name) {
    Path path = runs.resolve(name);
    for (int i = 2; Files.exists(path); i++) {
      path = runs.resolve(name + "-" + i);
    }
    return path;
  }

  private static void refuseOverwriting(Path target) {
    try {
      if (Files.exists(target)) {
        boolean empty = false;
        if (Files.isDirectory(target)) {
          try (var entries = Files.list(target)) {
            empty = entries.findAny().isEmpty();
          }
        }
        if (!empty) {
          throw new ExperimentException(
              List.of(new Fault("", "--out " + target + " exists already; name another place")), false);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
