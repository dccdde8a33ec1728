/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.stroma.statistics.Concordance;
import org.stroma.statistics.Estimate;

/**
 * What there is to find in a simulated cohort: Harrell's c-index of the planted risks on its patients. Models see the factors
 * through the noise of patches, genes and words, so these are upper bounds; on one cohort chance may lift a model above them.
 *
 * @param patients how many there are
 * @param events how many of them have an event that is seen
 * @param reachable the c-indexes, from all that was planted to each modality alone
 */
record Truth(int patients, int events, List<Reachable> reachable) {
  /**
   * A c-index that can be reached.
   *
   * @param name in truth.json
   * @param patients whom it is of
   * @param index with its standard error; undefined where no two patients can be compared
   * @param meaning what it is, as the end of a sentence
   */
  record Reachable(String name, int patients, Estimate index, String meaning) {}

  /** Takes the patients anew for each c-index, so that they need not be kept. */
  static Truth of(Supplier<Stream<Patient>> patients) {
    List<Reachable> reachable = new ArrayList<>();
    reachable.add(reachable(
        "all_factors",
        patients,
        p -> true,
        Patient::logHazard,
        "by the true log hazard: to a model that knows every planted factor of every patient"));
    reachable.add(
        reachable(
            "factors_at_hand",
            patients,
            p -> true,
            Patient::expectedLogHazard,
            "by the log hazard expected from the modalities that each patient has: to a model that reads their factors without error"));
    String[] names = {"patches", "genes", "text"};
    for (int m = 0; m < names.length; m++) {
      int modality = m;
      reachable.add(reachable(
          names[m],
          patients,
          p -> p.has()[modality],
          p -> p.own()[modality],
          "by the factor of " + names[m] + " alone, among the patients who have " + names[m]
              + "; 0.5 where its effect is 0"));
    }
    return new Truth(
        (int) patients.get().count(),
        (int) patients.get().filter(Patient::event).count(),
        reachable);
  }

  private static Reachable reachable(
      String name,
      Supplier<Stream<Patient>> patients,
      Predicate<Patient> among,
      ToDoubleFunction<Patient> risk,
      String meaning) {
    int n = (int) patients.get().filter(among).count();
    double[] time = new double[n];
    boolean[] event = new boolean[n];
    double[] risks = new double[n];
    int[] next = {0};
    patients.get().filter(among).forEachOrdered(p -> {
      int i = next[0]++;
      time[i] = p.time();
      event[i] = p.event();
      risks[i] = risk.applyAsDouble(p);
    });
    Estimate index = n == 0
        ? Estimate.undefined("nobody has this modality")
        : Concordance.harrell(time, event, risks).index();
    return new Reachable(name, n, index, meaning);
  }

  /** The file truth.json. */
  String json(Simulation s) {
    StringBuilder json = new StringBuilder(String.format(
        Locale.ROOT,
        """
        {
          "simulated": true,
          "patients": %d,
          "log_hazard_ratios": {"patches": %s, "genes": %s, "text": %s, "interaction": %s},
          "censoring": {"asked": %s, "share": %.4f, "depends_on_hazard": false},
          "note": "%s",
          "c_index": {""",
        patients,
        s.patchesEffect(),
        s.genesEffect(),
        s.textEffect(),
        s.crossModal(),
        s.censoring(),
        (patients - events) / (double) patients,
        NOTE));
    String separator = "\n";
    for (Reachable r : reachable) {
      json.append(separator)
          .append("    \"%s\": {\"value\": %s, ".formatted(r.name, number(r.index)))
          .append(
              r.index.defined()
                  ? "\"standard_error\": %s"
                      .formatted(number(Estimate.of(r.index.standardError().orElseThrow())))
                  : "\"reason\": \"%s\"".formatted(r.index.reason()))
          .append(
              ", \"patients\": %d,\n      \"meaning\": \"%s\"}".formatted(r.patients, r.meaning));
      separator = ",\n";
    }
    return json.append("\n  }\n}\n").toString();
  }

  private static final String NOTE =
      "Harrell's c-index on the patients of this cohort. Upper bounds: models see the factors through the noise of patches, "
          + "genes and words. Chance may lift a model above them by a standard error or two.";

  private static String number(Estimate estimate) {
    return estimate.defined() ? String.format(Locale.ROOT, "%.4f", estimate.value()) : "null";
  }

  /** The same in words, a line each. */
  String words() {
    StringBuilder words = new StringBuilder();
    for (Reachable r : reachable) {
      words.append(
          r.index.defined()
              ? "    %s  %s\n".formatted(number(r.index), r.meaning)
              : "    none    %s: %s\n".formatted(r.meaning, r.index.reason()));
    }
    return words.toString();
  }
}
