/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.stroma.files.AtomicFiles;
import org.stroma.files.Csv;
import org.stroma.files.FileNames;
import org.stroma.model.MainOutput;

/**
 * What is attributed to each feature of each modality of vectors, by output and patient: means over the models that were asked about the
 * patient. To features that a model has not selected it attributes nothing.
 */
final class FeatureAttributions {
  /** Features that tables of patients show. */
  static final int SHOWN = 50;

  private final AskedClasses classes;
  private final Map<MainOutput, Map<String, Features>> features = new LinkedHashMap<>();

  /** Of one output and modality. */
  private static final class Features {
    private final Map<String, Integer> index = new LinkedHashMap<>();
    private final Map<String, Sum> patients = new LinkedHashMap<>();

    /** By class that is asked about. */
    private final Map<String, Moves> moves = new TreeMap<>();

    int index(String feature) {
      return index.computeIfAbsent(feature, f -> index.size());
    }

    double mean(Sum sum, int feature) {
      return feature < sum.values.length ? sum.values[feature] / sum.models : 0;
    }
  }

  private static final class Sum {
    private float[] values = {};
    private int models;
  }

  /** By feature, how often more of it raised and lowered the output, over patients and models. */
  private static final class Moves {
    private long[] up = {};
    private long[] down = {};

    void add(int feature, double slope) {
      if (feature >= up.length) {
        up = Arrays.copyOf(up, 2 * feature + 16);
        down = Arrays.copyOf(down, 2 * feature + 16);
      }
      up[feature] += slope > 0 ? 1 : 0;
      down[feature] += slope < 0 ? 1 : 0;
    }

    /** The share of those that raised; NaN where neither happened. */
    double raising(int feature) {
      return (double) up[feature] / (up[feature] + down[feature]);
    }
  }

  FeatureAttributions(AskedClasses classes) {
    this.classes = classes;
  }

  /**
   * Adds what one model's output is attributed to of a patient.
   *
   * @param names of the features; none where they have none
   * @param attributions a number a feature, summed over the patient's visits
   * @param slopes the sign of each tells whether more of a feature raised the output; 0 where the feature lies at the baseline
   */
  void add(
      MainOutput output,
      String modality,
      String patient,
      List<String> names,
      double[] attributions,
      double[] slopes) {
    Features own = features
        .computeIfAbsent(output, o -> new TreeMap<>())
        .computeIfAbsent(modality, m -> new Features());
    Sum sum = own.patients.computeIfAbsent(patient, p -> new Sum());
    Moves moves = own.moves.computeIfAbsent(classes.name(output, patient), name -> new Moves());
    sum.models++;
    for (int i = 0; i < attributions.length; i++) {
      int feature = own.index(names.isEmpty() ? "" + i : names.get(i));
      if (feature >= sum.values.length) {
        sum.values = Arrays.copyOf(sum.values, Math.max(feature + 1, attributions.length));
      }
      sum.values[feature] += (float) attributions[i];
      moves.add(feature, slopes[i]);
    }
  }

  boolean isEmpty() {
    return features.isEmpty();
  }

  /** Writes {@code attributions/MODALITY/OUTPUT.csv} of patients, and {@code summary.csv} beside it. */
  void write(Path folder) {
    Set<String> modalities = new TreeSet<>();
    features.values().forEach(byModality -> modalities.addAll(byModality.keySet()));
    FileNames folders = new FileNames();
    FileNames files = new FileNames("summary");
    for (String modality : modalities) {
      String own = "attributions/" + folders.of(modality) + "/";
      List<List<String>> summary = new ArrayList<>();
      summary.add(List.of(
          "output",
          "class",
          "feature",
          "patients",
          "mean",
          "mean_absolute",
          "sign_consistency",
          "higher_raises"));
      features.forEach((output, byModality) -> {
        Features of = byModality.get(modality);
        if (of != null) {
          summarise(output, of, summary);
          AtomicFiles.write(
              folder.resolve(own + files.of(output.name()) + ".csv"),
              Csv.text(patients(output, of)));
        }
      });
      AtomicFiles.write(folder.resolve(own + "summary.csv"), Csv.text(summary));
    }
  }

  /** The features with the largest mean attributions, whatever the sign, of some patients. */
  private static int[] byMean(Features of, List<String> patients) {
    double[] mean = new double[of.index.size()];
    for (int i = 0; i < mean.length; i++) {
      for (String patient : patients) {
        mean[i] += Math.abs(of.mean(of.patients.get(patient), i));
      }
    }
    return IntStream.range(0, mean.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -mean[i]).thenComparing(i -> i))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private List<List<String>> patients(MainOutput output, Features of) {
    List<String> names = List.copyOf(of.index.keySet());
    int[] shown = Arrays.stream(byMean(of, List.copyOf(of.patients.keySet())))
        .limit(SHOWN)
        .toArray();
    boolean ofClasses = classes.names().containsKey(output.head());
    List<List<String>> rows = new ArrayList<>();
    List<String> header =
        new ArrayList<>(ofClasses ? List.of("patient", "class") : List.of("patient"));
    Arrays.stream(shown).forEach(i -> header.add(names.get(i)));
    rows.add(header);
    of.patients.forEach((patient, sum) -> {
      List<String> row = new ArrayList<>(
          ofClasses ? List.of(patient, classes.name(output, patient)) : List.of(patient));
      Arrays.stream(shown).forEach(i -> row.add("" + (float) of.mean(sum, i)));
      rows.add(row);
    });
    return rows;
  }

  /** A row a feature, largest first; of an output that is about the predicted class, for each of those. */
  private void summarise(MainOutput output, Features of, List<List<String>> rows) {
    List<String> names = List.copyOf(of.index.keySet());
    Map<String, List<String>> byClass = new TreeMap<>();
    of.patients.keySet().forEach(patient -> byClass
        .computeIfAbsent(classes.name(output, patient), c -> new ArrayList<>())
        .add(patient));
    byClass.forEach((name, patients) -> {
      for (int i : byMean(of, patients)) {
        double sum = 0;
        double absolute = 0;
        int above = 0;
        int below = 0;
        for (String patient : patients) {
          double value = of.mean(of.patients.get(patient), i);
          sum += value;
          absolute += Math.abs(value);
          above += value > 0 ? 1 : 0;
          below += value < 0 ? 1 : 0;
        }
        double raising = of.moves.get(name).raising(i);
        rows.add(List.of(
            output.name(),
            name,
            names.get(i),
            "" + patients.size(),
            "" + (float) (sum / patients.size()),
            "" + (float) (absolute / patients.size()),
            share(sum < 0 ? below : above, above + below),
            Double.isNaN(raising) ? "" : "" + (float) raising));
      }
    });
  }

  private static String share(int part, int of) {
    return of == 0 ? "" : "" + (float) part / of;
  }
}
