/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.stroma.api.data.Bag;
import org.stroma.api.data.ModalityData;

/**
 * Different patients with the same data: likely one patient under two names, who must not be on both sides of a split.
 */
final class Twins {
  /**
   * How many numbers that nobody else has must agree. Rows of few categories, or of mutations that nobody has, are often
   * alike by chance; three measurements that agree to the last digit are not.
   */
  private static final int TELLING = 3;

  /** Whole numbers up to this are categories, grades and mutations: two patients often share them. */
  private static final float CATEGORY = 20;

  /** Words that a text has at least before its likeness says anything. */
  private static final int WORDS = 20;

  /** Elements that are compared of bags whose first one is the same. */
  private static final int COMPARED = 256;

  private final Map<String, String> patientOf;

  /** @param patientOf the patient of each sample */
  Twins(Map<String, String> patientOf) {
    this.patientOf = patientOf;
  }

  /** Groups of samples of different patients with identical rows or bags. */
  List<List<String>> identical(ModalityData data) {
    if (data instanceof ModalityData.Matrix matrix) {
      return groups(matrix.rows(), row -> new Numbers(row)).stream().filter(g -> telling(matrix, g)).toList();
    }
    if (data instanceof ModalityData.Tokens tokens) {
      return groups(tokens.ids(), Words::new).stream().filter(g -> tokens.ids().get(g.get(0)).length >= WORDS).toList();
    }
    return data instanceof ModalityData.Bags bags ? bags(bags) : List.of();
  }

  /** Groups of samples of different patients with the same long text. */
  List<List<String>> sameTexts(ModalityData data) {
    return data instanceof ModalityData.Texts texts
        ? groups(texts.texts(), text -> text.strip()).stream()
            .filter(g -> texts.texts().get(g.get(0)).strip().split("\\s+").length >= WORDS)
            .toList()
        : List.of();
  }

  private record Numbers(float[] row) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Numbers numbers && Arrays.equals(row, numbers.row);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(row);
    }
  }

  private record Words(int[] ids) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Words words && Arrays.equals(ids, words.ids);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(ids);
    }
  }

  private <T> List<List<String>> groups(Map<String, T> data, java.util.function.Function<T, Object> key) {
    Map<Object, List<String>> groups = new LinkedHashMap<>();
    data.forEach((sample, value) -> {
      if (patientOf.containsKey(sample)) {
        groups.computeIfAbsent(key.apply(value), k -> new ArrayList<>()).add(sample);
      }
    });
    return groups.values().stream().filter(this::severalPatients).toList();
  }

  private boolean severalPatients(List<String> samples) {
    return samples.stream().map(patientOf::get).distinct().count() > 1;
  }

  private boolean telling(ModalityData.Matrix matrix, List<String> group) {
    float[] row = matrix.rows().get(group.get(0));
    int telling = 0;
    for (int i = 0; i < row.length && telling < TELLING; i++) {
      float value = row[i];
      int at = i;
      telling +=
          !Float.isNaN(value)
                  && !(Math.abs(value) <= CATEGORY && value == Math.rint(value))
                  && matrix.rows().entrySet().stream()
                      .allMatch(e -> e.getValue()[at] != value || group.contains(e.getKey()) || !patientOf.containsKey(e.getKey()))
              ? 1
              : 0;
    }
    return telling >= TELLING;
  }

  /** Bags of one size are compared by their first element, and those that agree there by many. */
  private List<List<String>> bags(ModalityData.Bags data) {
    Map<Integer, List<String>> bySize = new HashMap<>();
    data.bags().forEach((sample, bag) -> {
      if (patientOf.containsKey(sample)) {
        bySize.computeIfAbsent(bag.size(), s -> new ArrayList<>()).add(sample);
      }
    });
    List<List<String>> found = new ArrayList<>();
    bySize.values().stream().filter(this::severalPatients).forEach(samples -> {
      Map<Numbers, List<String>> byFirst = new LinkedHashMap<>();
      samples.forEach(sample ->
          byFirst.computeIfAbsent(read(data, sample, 1), f -> new ArrayList<>()).add(sample));
      byFirst.values().stream().filter(this::severalPatients).forEach(alike -> {
        Map<Numbers, List<String>> byAll = new LinkedHashMap<>();
        alike.forEach(sample -> byAll.computeIfAbsent(read(data, sample, COMPARED), f -> new ArrayList<>()).add(sample));
        byAll.values().stream().filter(this::severalPatients).forEach(found::add);
      });
    });
    return found;
  }

  private static Numbers read(ModalityData.Bags data, String sample, int elements) {
    Bag bag = data.bags().get(sample);
    int[] first = IntStream.range(0, Math.min(elements, bag.size())).toArray();
    float[] values = new float[Math.multiplyExact(first.length, data.width())];
    bag.read(first, FloatBuffer.wrap(values));
    return new Numbers(values);
  }
}
