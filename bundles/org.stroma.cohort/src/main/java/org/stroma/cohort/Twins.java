/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import org.stroma.api.data.Bag;
import org.stroma.api.data.ModalityData;

/**
 * Different patients with the same data, or nearly the same (rounded, in half precision, a cell or a patch less): likely one
 * patient under two names, who must not be on both sides of a split.
 */
final class Twins {
  /** How many measurements must agree, fine enough not to agree by chance. Ages, grades and mutations of two patients often do. */
  private static final int TELLING = 4;

  /** The share of the numbers that both have which must agree. */
  private static final double SHARE = 0.95;

  /** Columns and elements that are looked at, evenly spread. */
  private static final int LOOKED_AT = 200;

  /** Columns by which likely pairs are found, and neighbours that each sample is compared with there. */
  private static final int SORTED_BY = 4;

  private static final int NEIGHBOURS = 8;

  /** Numbers this close, as a share of a column's spread or of a number's size, are one number that was rounded. */
  private static final double ROUNDED = 2e-3;

  /** How many uncommon numbers identical rows of small whole numbers have in common before their likeness is told ... */
  private static final int UNCOMMON = 10;

  /** ... and the share of them that nobody else may have, before it is refused. */
  private static final double UNLIKE = 0.68;

  /** Words that a text has at least before its likeness says anything. */
  private static final int WORDS = 20;

  private final Map<String, String> patientOf;

  /** @param patientOf the patient of each sample */
  Twins(Map<String, String> patientOf) {
    this.patientOf = patientOf;
  }

  /**
   * Groups of samples of different patients that are alike.
   *
   * @param certain with the same numbers
   * @param perhaps with the same long text, or the same row of categories or small numbers: told at most
   */
  record Alike(List<List<String>> certain, List<List<String>> perhaps) {}

  Alike find(ModalityData data) {
    if (data instanceof ModalityData.Matrix matrix) {
      return find(matrix);
    }
    if (data instanceof ModalityData.Tokens tokens) {
      List<List<String>> same =
          same(tokens.ids(), ids -> Arrays.hashCode(ids) + "/" + ids.length, Arrays::equals)
              .stream()
              .filter(g -> tokens.ids().get(g.get(0)).length >= WORDS)
              .toList();
      return new Alike(same, List.of());
    }
    if (data instanceof ModalityData.Texts texts) {
      List<List<String>> same =
          same(texts.texts(), String::strip, (a, b) -> a.strip().equals(b.strip())).stream()
              .filter(g -> texts.texts().get(g.get(0)).strip().split("\\s+").length >= WORDS)
              .toList();
      return new Alike(List.of(), same);
    }
    return new Alike(bags((ModalityData.Bags) data), List.of());
  }

  private Alike find(ModalityData.Matrix matrix) {
    List<List<String>> certain = new ArrayList<>(rows(matrix));
    List<List<String>> same = sameRows(matrix);
    // small whole numbers tell patients apart where there are many of them, and all others have
    // other ones
    same.stream()
        .filter(
            g -> certain.stream().noneMatch(f -> f.containsAll(g)) && nextShare(matrix, g) < UNLIKE)
        .forEach(certain::add);
    Set<String> named = new HashSet<>();
    certain.forEach(named::addAll);
    return new Alike(certain, same.stream().filter(g -> !named.containsAll(g)).toList());
  }

  /** Groups with identical rows in which ten or more numbers are uncommon. */
  private List<List<String>> sameRows(ModalityData.Matrix matrix) {
    List<float[]> all = List.copyOf(matrix.rows().values());
    return same(matrix.rows(), row -> "" + Arrays.hashCode(row), Arrays::equals).stream()
        .filter(g -> uncommon(all, matrix.rows().get(g.get(0))) >= UNCOMMON)
        .toList();
  }

  /** The share of a group's numbers that the most similar of the others has, too. */
  private static double nextShare(ModalityData.Matrix matrix, List<String> group) {
    float[] row = matrix.rows().get(group.get(0));
    int[] columns = spread(row.length);
    Set<String> members = Set.copyOf(group);
    return matrix.rows().entrySet().stream()
        .filter(e -> !members.contains(e.getKey()))
        .mapToDouble(e -> (double)
                Arrays.stream(columns).filter(c -> e.getValue()[c] == row[c]).count()
            / columns.length)
        .max()
        .orElse(1);
  }

  private <T> List<List<String>> same(
      Map<String, T> data, java.util.function.Function<T, String> key, BiPredicate<T, T> equal) {
    Map<String, List<String>> groups = new LinkedHashMap<>();
    data.forEach((sample, value) -> {
      if (patientOf.containsKey(sample)) {
        groups.computeIfAbsent(key.apply(value), k -> new ArrayList<>()).add(sample);
      }
    });
    return groups.values().stream()
        .map(group -> group.stream()
            .filter(s -> equal.test(data.get(s), data.get(group.get(0))))
            .toList())
        .filter(this::severalPatients)
        .toList();
  }

  private boolean severalPatients(List<String> samples) {
    return samples.stream().map(patientOf::get).distinct().count() > 1;
  }

  /** How many of a row's numbers fewer than half of all rows share: of mutations, those that are there. */
  private static int uncommon(List<float[]> all, float[] row) {
    int uncommon = 0;
    for (int column : spread(row.length)) {
      long shared = all.stream().filter(other -> other[column] == row[column]).count();
      uncommon += !Float.isNaN(row[column]) && shared * 2 < all.size() ? 1 : 0;
    }
    return uncommon;
  }

  private static int[] spread(int count) {
    int looked = Math.min(count, LOOKED_AT);
    return IntStream.range(0, looked)
        .map(i -> (int) ((long) i * count / looked))
        .toArray();
  }

  /** A column that is looked at: how close numbers count as one, and whether they are fine enough to tell patients apart. */
  private record Column(int place, double close, boolean fine, long different) {
    static Column of(int place, List<float[]> rows) {
      double[] values = rows.stream()
          .mapToDouble(row -> row[place])
          .filter(v -> !Double.isNaN(v))
          .sorted()
          .toArray();
      long different = Arrays.stream(values).distinct().count();
      double spread =
          values.length == 0 ? 0 : values[values.length * 9 / 10] - values[values.length / 10];
      // of decimals, three or more; of whole numbers, many different ones
      boolean decimals = Arrays.stream(values).filter(Column::decimals).count() * 2 > values.length;
      boolean fine = values.length > 1
          && different > 1
          && (decimals || different * 10 >= values.length * 3L && different > 20);
      return new Column(place, ROUNDED * spread, fine, different);
    }

    /** Three decimals or more, beyond what 32 bits leave of fewer. */
    private static boolean decimals(double value) {
      return Math.abs(value * 100 - Math.rint(value * 100))
          > Math.max(1e-3, Math.abs(value) * 1e-4);
    }

    boolean agree(float[] a, float[] b) {
      return Math.abs(a[place] - b[place]) <= close;
    }
  }

  private List<List<String>> rows(ModalityData.Matrix matrix) {
    List<String> samples =
        matrix.rows().keySet().stream().filter(patientOf::containsKey).sorted().toList();
    List<float[]> rows = samples.stream().map(matrix.rows()::get).toList();
    List<Column> columns = IntStream.of(spread(matrix.features().size()))
        .mapToObj(c -> Column.of(c, rows))
        .toList();
    Groups groups = new Groups(samples.size());
    columns.stream()
        .filter(Column::fine)
        .sorted(Comparator.comparingLong((Column c) -> -c.different()))
        .limit(SORTED_BY)
        .forEach(by -> {
          int[] order = IntStream.range(0, samples.size())
              .filter(i -> !Float.isNaN(rows.get(i)[by.place()]))
              .boxed()
              .sorted(Comparator.comparingDouble(i -> rows.get(i)[by.place()]))
              .mapToInt(i -> i)
              .toArray();
          for (int i = 0; i < order.length; i++) {
            for (int k = i + 1;
                k < order.length
                    && k <= i + NEIGHBOURS
                    && by.agree(rows.get(order[i]), rows.get(order[k]));
                k++) {
              if (twins(columns, rows.get(order[i]), rows.get(order[k]))) {
                groups.join(order[i], order[k]);
              }
            }
          }
        });
    return groups.of(samples).stream().filter(this::severalPatients).toList();
  }

  private static boolean twins(List<Column> columns, float[] a, float[] b) {
    int both = 0;
    int agree = 0;
    int telling = 0;
    for (Column column : columns) {
      if (!Float.isNaN(a[column.place()]) && !Float.isNaN(b[column.place()])) {
        both++;
        boolean alike = column.agree(a, b);
        agree += alike ? 1 : 0;
        telling += alike && column.fine() ? 1 : 0;
      }
    }
    return telling >= TELLING && agree >= SHARE * both;
  }

  /** Bags are compared by their first element, and those that agree there by more of them. */
  private List<List<String>> bags(ModalityData.Bags data) {
    List<String> samples =
        data.bags().keySet().stream().filter(patientOf::containsKey).sorted().toList();
    if (!severalPatients(samples)) {
      return List.of();
    }
    List<float[]> first = samples.stream().map(sample -> read(data, sample, 1)).toList();
    int[] order = IntStream.range(0, samples.size())
        .boxed()
        .sorted(Comparator.comparingDouble(i -> first.get(i)[0]))
        .mapToInt(i -> i)
        .toArray();
    Groups groups = new Groups(samples.size());
    for (int i = 0; i < order.length; i++) {
      for (int k = i + 1;
          k < order.length
              && k <= i + NEIGHBOURS
              && close(first.get(order[i])[0], first.get(order[k])[0]);
          k++) {
        if (close(first.get(order[i]), first.get(order[k])) == 1) {
          int shorter =
              Math.min(size(data, samples.get(order[i])), size(data, samples.get(order[k])));
          int longer =
              Math.max(size(data, samples.get(order[i])), size(data, samples.get(order[k])));
          if (shorter >= SHARE * longer - 1
              && close(
                      read(data, samples.get(order[i]), shorter),
                      read(data, samples.get(order[k]), shorter))
                  >= SHARE) {
            groups.join(order[i], order[k]);
          }
        }
      }
    }
    return groups.of(samples).stream().filter(this::severalPatients).toList();
  }

  private static int size(ModalityData.Bags data, String sample) {
    return data.bags().get(sample).size();
  }

  private static boolean close(float a, float b) {
    return Math.abs(a - b) <= ROUNDED * Math.max(Math.abs(a), 0.01);
  }

  /** The share of numbers that agree. */
  private static double close(float[] a, float[] b) {
    int agree = 0;
    for (int i = 0; i < a.length; i++) {
      agree += close(a[i], b[i]) ? 1 : 0;
    }
    return (double) agree / a.length;
  }

  private static float[] read(ModalityData.Bags data, String sample, int elements) {
    Bag bag = data.bags().get(sample);
    int first = Math.min(elements, LOOKED_AT);
    float[] values = new float[Math.multiplyExact(first, data.width())];
    bag.read(0, first, FloatBuffer.wrap(values));
    return values;
  }

  /** Samples that were joined, directly or through others. */
  private static final class Groups {
    private final int[] leader;

    Groups(int count) {
      leader = IntStream.range(0, count).toArray();
    }

    private int leader(int i) {
      return leader[i] == i ? i : (leader[i] = leader(leader[i]));
    }

    void join(int a, int b) {
      leader[leader(b)] = leader(a);
    }

    List<List<String>> of(List<String> samples) {
      Map<Integer, List<String>> groups = new HashMap<>();
      for (int i = 0; i < leader.length; i++) {
        groups.computeIfAbsent(leader(i), l -> new ArrayList<>()).add(samples.get(i));
      }
      return groups.values().stream()
          .filter(g -> g.size() > 1)
          .sorted(Comparator.comparing((List<String> g) -> g.get(0)))
          .toList();
    }
  }
}
