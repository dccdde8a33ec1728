/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.stroma.files.AtomicFiles;
import org.stroma.files.Csv;
import org.stroma.model.MainOutput;

/** Whether attributions add up to what they are of: the outputs of patients less those of the baseline. */
final class Completeness {
  /** How far they may be from it. */
  static final double TOLERANCE = 0.01;

  /** Of a difference that is nearly 0 nothing can be told; this share of the mean difference counts as little. */
  private static final double LITTLE = 0.1;

  private final AskedClasses classes;
  private final Map<MainOutput, Map<String, Ends>> ends = new LinkedHashMap<>();

  /** Sums over models. */
  private static final class Ends {
    private double there;
    private double baseline;
    private double attributed;
    private double size;
    private int models;
  }

  Completeness(AskedClasses classes) {
    this.classes = classes;
  }

  /**
   * Adds what one model says of a patient.
   *
   * @param there the output
   * @param baseline the output where the vectors are those of the baseline
   * @param attributed the sum of all attributions
   */
  void add(MainOutput output, String patient, double there, double baseline, double attributed) {
    Ends sum = ends.computeIfAbsent(output, o -> new LinkedHashMap<>())
        .computeIfAbsent(patient, p -> new Ends());
    sum.there += there;
    sum.baseline += baseline;
    sum.attributed += attributed;
    sum.size += Math.abs(there - baseline);
    sum.models++;
  }

  /**
   * Which of some differences are missed by more than a share of them.
   *
   * @param sizes of the differences: where models do not agree, that of their mean is little beside their own
   */
  static boolean[] missed(
      double[] differences, double[] sizes, double[] attributed, double tolerance) {
    double[] scales = scales(sizes);
    boolean[] missed = new boolean[differences.length];
    for (int i = 0; i < missed.length; i++) {
      // not "more than": numbers that are none are missed too
      missed[i] = !(Math.abs(attributed[i] - differences[i]) <= tolerance * scales[i]);
    }
    return missed;
  }

  /** What is little and what is much beside differences of some sizes. */
  static double[] scales(double[] sizes) {
    double mean = Arrays.stream(sizes).average().orElse(0);
    return Arrays.stream(sizes).map(size -> Math.max(size, LITTLE * mean)).toArray();
  }

  /** Writes {@code attributions/completeness.csv}, and says where attributions do not add up. */
  void write(Path folder, Set<String> notes) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of(
        "output", "patient", "class", "value", "baseline_value", "difference", "attributed"));
    ends.forEach((output, byPatient) -> {
      double[] differences = new double[byPatient.size()];
      double[] sizes = new double[byPatient.size()];
      double[] attributed = new double[byPatient.size()];
      int i = 0;
      for (Map.Entry<String, Ends> each : byPatient.entrySet()) {
        Ends sum = each.getValue();
        differences[i] = (sum.there - sum.baseline) / sum.models;
        sizes[i] = sum.size / sum.models;
        attributed[i] = sum.attributed / sum.models;
        rows.add(List.of(
            output.name(),
            each.getKey(),
            classes.name(output, each.getKey()),
            "" + (float) (sum.there / sum.models),
            "" + (float) (sum.baseline / sum.models),
            "" + (float) differences[i],
            "" + (float) attributed[i]));
        i++;
      }
      tell(
          output,
          differences,
          attributed,
          missed(differences, sizes, attributed, TOLERANCE),
          notes);
    });
    AtomicFiles.write(folder.resolve("attributions/completeness.csv"), Csv.text(rows));
  }

  private static void tell(
      MainOutput output,
      double[] differences,
      double[] attributed,
      boolean[] missed,
      Set<String> notes) {
    int count = 0;
    double worst = 0;
    for (int i = 0; i < missed.length; i++) {
      if (missed[i]) {
        count++;
        worst = Math.max(worst, Math.abs(attributed[i] - differences[i]));
      }
    }
    if (count > 0) {
      notes.add(String.format(
          Locale.ROOT,
          "attributions of %s do not add up to its difference from the baseline within 1 %% for %d of %d patients (by %.3g at most; "
              + "attributions/completeness.csv has each): more steps may help (--steps)",
          output.name(),
          count,
          missed.length,
          worst));
    }
  }
}
