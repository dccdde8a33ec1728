/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.stroma.dataset.BatchPlan;
import org.stroma.files.AtomicFiles;
import org.stroma.files.Csv;
import org.stroma.model.AuxiliaryName;
import org.stroma.model.AuxiliaryOutput;

/**
 * How much each modality attends to each other one: from the weights [R, heads, M - 1] of a QUERY over the others, sorted by name, or
 * [R, N] of QUERY over the elements of KEY, summed. Means over heads, models, and samples that have both.
 */
final class CrossModalAttention {
  private final SortedSet<String> modalities;

  /** The weights of a sample by query and key: those alone that it has. */
  private final Map<String, Map<String, Map<String, Mean>>> samples = new LinkedHashMap<>();

  private static final class Mean {
    private double sum;
    private int count;

    void add(double value) {
      sum += value;
      count++;
    }

    double value() {
      return sum / count;
    }
  }

  CrossModalAttention(Iterable<String> modalities) {
    this.modalities = new TreeSet<>();
    modalities.forEach(this.modalities::add);
  }

  /** The modalities that a tensor's last axis stands for; none where it is no tensor of modalities. */
  List<String> keys(AuxiliaryName name, long[] shape) {
    boolean fits = name.kind() == AuxiliaryName.Kind.FUSION
        && modalities.contains(name.name())
        && shape.length == 3
        && shape[2] == modalities.size() - 1;
    return fits ? modalities.stream().filter(m -> !m.equals(name.name())).toList() : List.of();
  }

  /** Takes what a fusion tells, where it is between modalities. */
  void add(AuxiliaryName name, BatchPlan plan, AuxiliaryOutput output) {
    if (name.isCross()) {
      overElements(name, plan, output);
      return;
    }
    List<String> keys = keys(name, output.shape());
    int heads = keys.isEmpty() ? 0 : (int) output.shape()[1];
    for (int row = 0; row < plan.rows().size() && !keys.isEmpty(); row++) {
      if (!plan.has(name.name(), row)) {
        continue;
      }
      for (int key = 0; key < keys.size(); key++) {
        if (plan.has(keys.get(key), row)) {
          double sum = 0;
          for (int head = 0; head < heads; head++) {
            sum += output.values()[(row * heads + head) * keys.size() + key];
          }
          add(plan.rows().get(row).sample(), name.name(), keys.get(key), sum / heads);
        }
      }
    }
  }

  private void overElements(AuxiliaryName name, BatchPlan plan, AuxiliaryOutput output) {
    if (!modalities.contains(name.query()) || !modalities.contains(name.key())) {
      return;
    }
    int width = output.values().length / plan.rows().size();
    for (int row = 0; row < plan.rows().size(); row++) {
      if (plan.has(name.query(), row) && plan.has(name.key(), row)) {
        double sum = 0;
        for (int i = 0; i < width; i++) {
          sum += output.values()[row * width + i];
        }
        add(plan.rows().get(row).sample(), name.query(), name.key(), sum);
      }
    }
  }

  private void add(String sample, String query, String key, double weight) {
    samples
        .computeIfAbsent(sample, s -> new TreeMap<>())
        .computeIfAbsent(query, q -> new TreeMap<>())
        .computeIfAbsent(key, k -> new Mean())
        .add(weight);
  }

  boolean isEmpty() {
    return samples.isEmpty();
  }

  /**
   * Writes the matrix over all samples, that of each sample, and a picture of the first.
   *
   * @param name of the files, without an ending
   */
  void write(Path folder, String name) {
    Map<String, Map<String, Mean>> all = new TreeMap<>();
    List<List<String>> each = new ArrayList<>();
    each.add(header("sample", "query"));
    samples.forEach((sample, matrix) -> matrix.forEach((query, weights) -> {
      List<String> row = new ArrayList<>(List.of(sample, query));
      for (String key : modalities) {
        Mean weight = weights.get(key);
        row.add(weight == null ? "" : "" + (float) weight.value());
        if (weight != null) {
          all.computeIfAbsent(query, q -> new TreeMap<>())
              .computeIfAbsent(key, k -> new Mean())
              .add(weight.value());
        }
      }
      each.add(row);
    }));
    List<List<String>> means = new ArrayList<>();
    means.add(header("query"));
    for (String query : modalities) {
      List<String> row = new ArrayList<>(List.of(query));
      for (String key : modalities) {
        Mean weight = weight(all, query, key);
        row.add(weight == null ? "" : "" + (float) weight.value());
      }
      means.add(row);
    }
    AtomicFiles.write(folder.resolve(name + ".csv"), Csv.text(means));
    AtomicFiles.write(folder.resolve(name + "-samples.csv"), Csv.text(each));
    AtomicFiles.write(folder.resolve(name + ".svg"), picture(all));
  }

  private List<String> header(String... first) {
    List<String> header = new ArrayList<>(List.of(first));
    header.addAll(modalities);
    return header;
  }

  private static @Nullable Mean weight(
      Map<String, Map<String, Mean>> of, String query, String key) {
    return of.getOrDefault(query, Map.of()).get(key);
  }

  private String picture(Map<String, Map<String, Mean>> all) {
    int longest = modalities.stream().mapToInt(String::length).max().orElse(0);
    double left = Math.max(90, 30 + 7.5 * longest);
    double cell = Math.max(64, 20 + 7.5 * longest);
    double height = 40;
    double top = 60;
    int count = modalities.size();
    Svg svg = new Svg(
        left + count * cell + 20,
        top + count * height + 20,
        "Cross-modal attention",
        "Mean share of attention that each modality in the rows gives to each one in the columns, over patients who have both");
    svg.text(left, 20, "start", "attended to");
    svg.text(left - 10, top - 15, "end", "attending");
    int row = 0;
    for (String query : modalities) {
      svg.text(left - 10, top + row * height + 25, "end", query);
      int column = 0;
      for (String key : modalities) {
        double x = left + column * cell;
        if (row == 0) {
          svg.text(x + cell / 2, top - 15, "middle", key);
        }
        Mean weight = weight(all, query, key);
        if (weight == null) {
          svg.rect(x, top + row * height, cell - 2, height - 2, 0xeeeeee);
        } else {
          svg.rect(x, top + row * height, cell - 2, height - 2, Viridis.rgb(weight.value()));
          svg.text(
              x + cell / 2,
              top + row * height + 25,
              "middle",
              String.format(Locale.ROOT, "%.2f", weight.value()),
              weight.value() > 0.6 ? 0x000000 : 0xffffff);
        }
        column++;
      }
      row++;
    }
    return svg.text();
  }
}
