/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stroma.api.data.DataException;
import org.stroma.api.data.MissingValues;
import org.stroma.api.data.ReadContext;
import org.stroma.data.csv.CsvTables;

/** Splits of a cohort by patient. */
public final class Splits {
  private final SplitSettings settings;
  private final Cohort cohort;
  private final Set<String> learned;

  private Splits(SplitSettings settings, Cohort cohort, Set<String> learned) {
    this.settings = settings;
    this.cohort = cohort;
    this.learned = learned;
  }

  /**
   * The folds, in the order of repeats.
   *
   * @param learned the targets that a model learns: each side of a fold has to have something of them
   * @param files where fixed splits are read, and what they leave out is told
   * @throws DataException when the cohort cannot be split so
   */
  public static List<Fold> of(
      SplitSettings settings, Cohort cohort, Set<String> learned, long seed, ReadContext files) {
    Splits splits = new Splits(settings, cohort, learned);
    List<Fold> folds =
        switch (settings.type()) {
          case "files" -> splits.files(files);
          case "column" -> List.of(splits.column(files::note));
          default -> splits.kFold(seed, files::note);
        };
    folds = folds.stream().map(Splits::sorted).toList();
    folds.forEach(fold -> splits.check(fold, files::note));
    return folds;
  }

  /** The order of a table's rows must not change what is learned. */
  private static Fold sorted(Fold fold) {
    return new Fold(
        fold.repeat(),
        fold.fold(),
        fold.training().stream().sorted().toList(),
        fold.validation().stream().sorted().toList(),
        fold.test().stream().sorted().toList());
  }

  /**
   * K-fold: each stratum is shuffled by the seed and dealt out to the folds in turn. With groups, whole groups are dealt
   * out, the largest first, each to the fold that it leaves most alike in its strata.
   */
  private List<Fold> kFold(long seed, Consumer<String> notes) {
    int k = settings.folds();
    if (cohort.patients().size() < k) {
      throw new DataException("there are " + cohort.patients().size() + " patients for " + k
          + " folds; /evaluation/split/folds has to be " + "smaller");
    }
    List<Fold> folds = new ArrayList<>();
    for (int repeat = 0; repeat < settings.repeats(); repeat++) {
      Random random = new Random(seed * 1_000_003L + repeat);
      List<List<String>> tests =
          settings.group().isEmpty() ? dealt(k, random) : grouped(k, random, notes);
      for (int i = 0; i < k; i++) {
        Set<String> test = new LinkedHashSet<>(tests.get(i));
        List<String> training =
            cohort.patients().stream().filter(p -> !test.contains(p)).toList();
        folds.add(new Fold(repeat, i, training, List.of(), List.copyOf(test)));
      }
    }
    return folds;
  }

  private List<List<String>> dealt(int k, Random random) {
    SortedMap<String, List<String>> strata = new TreeMap<>();
    for (String patient : cohort.patients()) {
      strata.computeIfAbsent(stratum(patient), s -> new ArrayList<>()).add(patient);
    }
    List<List<String>> tests = empty(k);
    int next = 0;
    for (List<String> stratum : strata.values()) {
      // the order of the table must not matter
      Collections.sort(stratum);
      Collections.shuffle(stratum, random);
      for (String patient : stratum) {
        tests.get(next++ % k).add(patient);
      }
    }
    return tests;
  }

  private static List<List<String>> empty(int k) {
    List<List<String>> lists = new ArrayList<>();
    for (int i = 0; i < k; i++) {
      lists.add(new ArrayList<>());
    }
    return lists;
  }

  private List<List<String>> grouped(int k, Random random, Consumer<String> notes) {
    SortedMap<String, List<String>> groups = new TreeMap<>();
    List<String> sorted = new ArrayList<>(cohort.patients());
    Collections.sort(sorted);
    Map<String, String> spelled = new HashMap<>();
    sorted.forEach(patient -> {
      String group = group(patient);
      // a site written in two ways is one site
      String one = group.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
      String before = spelled.putIfAbsent(one, group);
      if (before != null && !before.equals(group)) {
        notes.accept("column " + settings.group() + ": the groups " + before + " and " + group
            + " are taken as one");
      }
      groups.computeIfAbsent(one, g -> new ArrayList<>()).add(patient);
    });
    if (groups.size() < k) {
      throw new DataException("column " + settings.group() + " gives " + groups.size()
          + " groups for " + k + " folds; /evaluation/split/folds has to be smaller");
    }
    List<List<String>> order = new ArrayList<>(groups.values());
    Collections.shuffle(order, random);
    order.sort(Comparator.comparingInt(
        (List<String> g) -> -g.size())); // stable: equal sizes stay shuffled
    List<String> strata =
        cohort.patients().stream().map(this::stratum).distinct().sorted().toList();
    Map<String, Double> sizes = new HashMap<>();
    cohort.patients().forEach(patient -> sizes.merge(stratum(patient), 1.0, Double::sum));
    List<List<String>> tests = empty(k);
    double[][] counts = new double[k][strata.size()];
    for (List<String> group : order) {
      double[] its = new double[strata.size()];
      group.forEach(patient -> its[strata.indexOf(stratum(patient))]++);
      int best = 0;
      double least = Double.POSITIVE_INFINITY;
      for (int i = 0; i < k; i++) {
        double cost = 0;
        for (int s = 0; s < its.length; s++) {
          // growth of the sum of squared shares: least where the fold has least of what the group
          // brings
          cost += (2 * counts[i][s] + its[s]) * its[s] / Math.pow(sizes.get(strata.get(s)), 2);
        }
        if (cost < least - 1e-12
            || Math.abs(cost - least) <= 1e-12
                && tests.get(i).size() < tests.get(best).size()) {
          least = cost;
          best = i;
        }
      }
      tests.get(best).addAll(group);
      for (int s = 0; s < its.length; s++) {
        counts[best][s] += its[s];
      }
    }
    return tests;
  }

  private String group(String patient) {
    String group = cell(patient, settings.group());
    if (settings.groupPattern().isEmpty()) {
      if (group.isEmpty()) {
        throw new DataException(
            cohort.table().file() + ": patient " + patient + " has nothing in column "
                + settings.group() + "; grouped folds need a group for everybody");
      }
      return group;
    }
    Matcher matcher = Pattern.compile(settings.groupPattern()).matcher(group);
    if (!matcher.find() || matcher.groupCount() < 1 || matcher.group(1) == null) {
      throw new DataException(cohort.table().file() + ": patient " + patient + ", column "
          + settings.group() + " is \"" + group + "\", and groupPattern finds no group in it");
    }
    return matcher.group(1);
  }

  /** The one value that the patient's rows give. */
  private String cell(String patient, String column) {
    if (!cohort.table().columns().contains(column)) {
      throw new DataException(cohort.table().file() + ": there is no column " + column
          + ", which /evaluation/split names; " + "the columns are "
          + String.join(", ", cohort.table().columns()));
    }
    Set<String> values = new LinkedHashSet<>();
    cohort
        .visits()
        .get(patient)
        .forEach(
            v -> values.add(cohort.table().rows().get(v.sample()).get(column).strip()));
    if (values.size() > 1) {
      throw new DataException(
          cohort.table().file() + ": the visits of patient " + patient + " give column " + column
              + " as " + String.join(" and as ", values) + "; a patient has to stay on one side");
    }
    return values.iterator().next();
  }

  private Fold column(Consumer<String> notes) {
    Map<String, List<String>> sides = sides();
    List<String> none = new ArrayList<>();
    for (String patient : cohort.patients()) {
      String side = cell(patient, settings.column());
      if (MissingValues.contains(side)) {
        none.add(patient);
      } else {
        sides
            .get(side(
                side,
                cohort.table().file() + ": patient " + patient + ", column " + settings.column()))
            .add(patient);
      }
    }
    if (!none.isEmpty()) {
      notes.accept(
          CohortReader.some(none) + " left out: column " + settings.column() + " names no side");
    }
    return new Fold(0, 0, sides.get("train"), sides.get("val"), sides.get("test"));
  }

  private static Map<String, List<String>> sides() {
    Map<String, List<String>> sides = new LinkedHashMap<>();
    List.of("train", "val", "test").forEach(side -> sides.put(side, new ArrayList<>()));
    return sides;
  }

  private static String side(String word, String place) {
    return switch (word.toLowerCase(java.util.Locale.ROOT)) {
      case "train", "training" -> "train";
      case "val", "valid", "validation", "dev" -> "val";
      case "test" -> "test";
      default -> throw new DataException(
          place + " is \"" + word + "\"; it has to be train, val or test");
    };
  }

  /** Files as CLAM writes them: columns train, val and test of patients, or a row a patient with true in one of them. */
  private List<Fold> files(ReadContext files) {
    List<Fold> folds = new ArrayList<>();
    for (int k = 0; k < settings.folds(); k++) {
      var path = files.resolve(settings.path().replace("{fold}", "" + k));
      Map<String, List<String>> columns = CsvTables.columns(path);
      Map<String, List<String>> sides = sides();
      columns.forEach((name, cells) -> {
        if (sides.containsKey(name)) {
          sides.get(name).addAll(cells);
        }
      });
      if (sides.get("train").isEmpty() || sides.get("test").isEmpty()) {
        throw new DataException(
            path + " has no patients in a column train or test; its columns are "
                + String.join(", ", columns.keySet()));
      }
      if (sides.values().stream()
          .flatMap(List::stream)
          .allMatch(c -> c.equalsIgnoreCase("true") || c.equalsIgnoreCase("false"))) {
        List<String> ids = columns.values().iterator().next();
        sides.values().forEach(side -> {
          if (!side.isEmpty() && side.size() != ids.size()) {
            throw new DataException(path + " has " + ids.size() + " patients and " + side.size()
                + " cells in a column of sides");
          }
          List<String> chosen = new ArrayList<>();
          for (int i = 0; i < side.size(); i++) {
            if (side.get(i).equalsIgnoreCase("true")) {
              chosen.add(ids.get(i));
            }
          }
          side.clear();
          side.addAll(chosen);
        });
      }
      folds.add(known(path.toString(), k, sides, files::note));
    }
    return folds;
  }

  private Fold known(String path, int k, Map<String, List<String>> sides, Consumer<String> notes) {
    Map<String, String> placed = new HashMap<>();
    List<String> strangers = new ArrayList<>();
    Set<String> patients = new HashSet<>(cohort.patients());
    sides.forEach((side, names) -> {
      for (String name : names) {
        String before = placed.put(name, side);
        if (before != null) {
          throw new DataException(path + ": patient " + name + " is in " + before
              + (before.equals(side) ? " twice" : " and in " + side)
              + "; a patient has to be on one side");
        }
        if (!patients.contains(name)) {
          strangers.add(name);
        }
      }
      names.retainAll(patients);
    });
    if (!strangers.isEmpty()) {
      notes.accept(path + ": " + CohortReader.some(strangers)
          + " not among the cohort's patients and not used");
    }
    List<String> left =
        cohort.patients().stream().filter(p -> !placed.containsKey(p)).toList();
    if (!left.isEmpty()) {
      notes.accept(path + ": " + CohortReader.some(left) + " left out: on no side");
    }
    return new Fold(
        0,
        k,
        List.copyOf(sides.get("train")),
        List.copyOf(sides.get("val")),
        List.copyOf(sides.get("test")));
  }

  private String stratum(String patient) {
    if (settings.stratify().isEmpty()) {
      return "";
    }
    Cohort.Value value = cohort
        .targets()
        .get(settings.stratify().replaceFirst("\\.event$", ""))
        .values()
        .get(patient);
    return value == null ? "unknown" : value.stratum();
  }

  private void check(Fold fold, Consumer<String> notes) {
    for (boolean training : new boolean[] {true, false}) {
      List<String> side = training ? fold.training() : fold.test();
      String which = (training ? "training" : "test") + " patients";
      if (side.isEmpty()) {
        throw new DataException("fold " + fold.fold() + " has no " + which);
      }
      for (String name : learned) {
        Cohort.Target target = cohort.targets().get(name);
        target.lack(side).ifPresent(what -> {
          throw new DataException(
              "fold " + fold.fold() + " has " + what + " of target " + name + " among its " + which
                  + "; use fewer folds"
                  + target
                      .strata(name)
                      .map(strata -> ", or stratify by \"" + strata + "\"")
                      .orElse(""));
        });
      }
    }
    learned.forEach(name -> unlearned(name, fold, notes));
  }

  /** Classes that no training patient of a fold has. */
  private void unlearned(String name, Fold fold, Consumer<String> notes) {
    if (!(cohort.targets().get(name) instanceof Cohort.ClassTarget target)) {
      return;
    }
    for (int label = 0; label < target.classes().size(); label++) {
      int wanted = label;
      if (count(target, fold.training(), wanted) == 0) {
        notes.accept(
            "fold " + fold.fold() + (settings.repeats() > 1 ? " of repeat " + fold.repeat() : "")
                + ": no training patient has class "
                + target.classes().get(label) + " of target " + name
                + ", so its model cannot learn it (test patients with it: "
                + count(target, fold.test(), wanted) + ")");
      }
    }
  }

  private static long count(Cohort.ClassTarget target, List<String> patients, int label) {
    return patients.stream()
        .map(target.values()::get)
        .filter(v -> v != null && v.index() == label)
        .count();
  }
}
