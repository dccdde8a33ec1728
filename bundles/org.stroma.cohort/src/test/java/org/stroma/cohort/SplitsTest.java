/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Sides;
import org.stroma.api.data.SplitStrategy;
import org.stroma.api.data.Table;
import org.stroma.testkit.TestCohort;

class SplitsTest {
  /** The first patients by name have the events; sites have one to thirteen patients, in barcodes as those of TCGA. */
  private static Cohort cohort(List<String> patients, int events) {
    Map<String, Cohort.Survival> values = new LinkedHashMap<>();
    Map<String, Map<String, String>> rows = new LinkedHashMap<>();
    List<String> sorted = new ArrayList<>(patients);
    Collections.sort(sorted);
    for (int i = 0; i < sorted.size(); i++) {
      values.put(sorted.get(i), new Cohort.Survival(1 + i, i < events));
      String site = "S" + (int) Math.sqrt(i * 3);
      rows.put(
          sorted.get(i),
          Map.of(
              "id",
              sorted.get(i),
              "site",
              site,
              "barcode",
              "TCGA-" + site + "-" + i,
              "split",
              i % 5 == 0 ? "test" : i % 5 == 1 ? "val" : i == 7 ? "" : "train"));
    }
    SortedMap<String, Cohort.Target> targets = new TreeMap<>();
    targets.put("os", new Cohort.SurvivalTarget(values));
    return new Cohort(
        patients,
        Cohort.single(patients),
        targets,
        new TreeMap<>(),
        Table.of(Path.of("t.csv"), List.of("id", "site", "barcode", "split"), rows));
  }

  /** Every k-th patient by name is tested. */
  private static SplitStrategy every(int k) {
    return input -> {
      List<String> sorted = input.patients().stream().sorted().toList();
      List<Sides> folds = new ArrayList<>();
      for (int fold = 0; fold < k; fold++) {
        List<String> training = new ArrayList<>();
        List<String> test = new ArrayList<>();
        for (int i = 0; i < sorted.size(); i++) {
          (i % k == fold ? test : training).add(sorted.get(i));
        }
        folds.add(Sides.of(training, test));
      }
      return folds;
    };
  }

  private final TestCohort files = new TestCohort(Path.of("."), null, "id");

  private List<Fold> folds(Cohort cohort, int repeats, SplitStrategy strategy) {
    return Splits.of(cohort, cohort.targets().keySet(), repeats, 1, files, strategy, Supplier::get);
  }

  private static List<String> patients(int n) {
    List<String> patients = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      patients.add(String.format("p%03d", i));
    }
    return patients;
  }

  @Test
  void aClassThatTrainingLacksIsTold() {
    List<String> patients = patients(10);
    Map<String, Cohort.ClassLabel> values = new LinkedHashMap<>();
    patients.forEach(p -> values.put(
        p, new Cohort.ClassLabel(p.equals("p004") ? 2 : Integer.parseInt(p.substring(1)) / 2 % 2)));
    Cohort cohort = new Cohort(
        patients,
        Cohort.single(patients),
        new TreeMap<>(Map.of("dx", new Cohort.ClassTarget(List.of("a", "b", "rare"), values))),
        new TreeMap<>(),
        cohort(patients, 1).table());
    folds(cohort, 1, every(2));
    assertEquals(1, files.notes().size(), files.notes().toString());
    assertTrue(
        files.notes().get(0).contains("no training patient has class rare of target dx"),
        files.notes().get(0));
  }

  @Test
  void foldsAreNumberedSortedAndFollowTheSeedOfTheirRepeat() {
    List<String> shuffled = patients(20);
    Collections.shuffle(shuffled, new Random(2));
    List<Long> seeds = new ArrayList<>();
    List<Fold> folds = folds(cohort(shuffled, 20), 3, input -> {
      seeds.add(input.seed());
      assertEquals(seeds.size() - 1, input.repeat());
      List<String> backwards = new ArrayList<>(input.patients());
      backwards.sort(Collections.reverseOrder());
      return List.of(
          Sides.of(backwards.subList(0, 8), backwards.subList(8, 14))
              .withValidation(backwards.subList(14, 20)),
          Sides.of(backwards.subList(8, 20), backwards.subList(0, 8)));
    });
    assertEquals(6, folds.size());
    assertEquals(3, Set.copyOf(seeds).size(), seeds.toString());
    for (int i = 0; i < folds.size(); i++) {
      Fold fold = folds.get(i);
      assertEquals(i / 2, fold.repeat());
      assertEquals(i % 2, fold.fold());
      for (List<String> side : List.of(fold.training(), fold.validation(), fold.test())) {
        assertEquals(side.stream().sorted().toList(), side, "training draws from this order");
      }
    }
    assertEquals(List.of(), files.notes());
  }

  @Test
  void foldsWithoutEventsAreRefused() {
    DataException e =
        assertThrows(DataException.class, () -> folds(cohort(patients(20), 3), 1, every(5)));
    assertTrue(
        e.getMessage().contains("has no event of target os")
            && e.getMessage().contains("use fewer folds"),
        e.getMessage());
  }

  @Test
  void sidesThatAreEmptyAreRefused() {
    List<String> all = patients(4);
    for (Sides sides : List.of(Sides.of(List.of(), all), Sides.of(all, List.of()))) {
      DataException e = assertThrows(
          DataException.class, () -> folds(cohort(all, 4), 1, input -> List.of(sides)));
      assertTrue(e.getMessage().matches("fold 0 has no (training|test) patients"), e.getMessage());
    }
  }

  /** What no strategy may do is its own fault, and not that of the data. */
  @Test
  void strategiesThatAreWrongAreFound() {
    Map<String, List<Sides>> wrong = new LinkedHashMap<>();
    wrong.put("the split gives no folds", List.of());
    wrong.put(
        "fold 0 of the split has patient p001 in training and in test; a patient has to be on one side",
        List.of(Sides.of(List.of("p000", "p001"), List.of("p001"))));
    wrong.put(
        "fold 0 of the split has patient p000 in training twice; a patient has to be on one side",
        List.of(Sides.of(List.of("p000", "p000"), List.of("p001"))));
    wrong.put(
        "fold 1 of the split has patient p002 in validation and in test; a patient has to be on one side",
        List.of(
            Sides.of(List.of("p000"), List.of("p001")),
            Sides.of(List.of("p000"), List.of("p002")).withValidation(List.of("p002"))));
    wrong.put(
        "fold 0 of the split has stranger in test, who is no patient of the cohort",
        List.of(Sides.of(List.of("p000"), List.of("stranger"))));
    wrong.forEach((message, sides) -> assertEquals(
        message,
        assertThrows(
                IllegalArgumentException.class,
                () -> folds(cohort(patients(4), 4), 1, input -> sides))
            .getMessage()));
  }

  @Test
  void patientsWhoAreTestedTwiceAreTold() {
    folds(
        cohort(patients(4), 4),
        1,
        input -> List.of(
            Sides.of(List.of("p000"), List.of("p001", "p002")),
            Sides.of(List.of("p000"), List.of("p002", "p003"))));
    assertEquals(List.of("patient p002 is tested in more than one fold"), files.notes());
  }

  @Test
  void visitsThatPutAPatientOnTwoSidesAreRefused() {
    Map<String, Map<String, String>> rows = new HashMap<>();
    rows.put("v1", Map.of("split", "train"));
    rows.put("v2", Map.of("split", "test"));
    Cohort visits = new Cohort(
        List.of("p"),
        Map.of("p", List.of(new Cohort.Visit("v1", 0), new Cohort.Visit("v2", 1))),
        new TreeMap<>(),
        new TreeMap<>(),
        Table.of(Path.of("t.csv"), List.of("split"), rows));
    DataException two = assertThrows(
        DataException.class,
        () -> folds(
            visits, 1, input -> List.of(Sides.of(List.of(input.cell("p", "split")), List.of()))));
    assertTrue(two.getMessage().contains("a patient has to stay on one side"), two.getMessage());
    DataException none = assertThrows(
        DataException.class,
        () -> folds(visits, 1, input -> {
          input.cell("p", "side");
          return null;
        }));
    assertTrue(none.getMessage().contains("there is no column side"), none.getMessage());
  }

  private List<Fold> inner(Cohort cohort, Fold outer, SplitStrategy strategy) {
    return Splits.inner(
        cohort, cohort.targets().keySet(), outer, 3, files, strategy, Supplier::get);
  }

  /** Whatever a strategy draws: inner folds are made of training patients alone, each on one side. */
  @RepeatedTest(100)
  void innerFoldsHoldTrainingPatientsOfTheirFoldAlone(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    List<String> patients = patients(20 + random.nextInt(40));
    Cohort cohort = cohort(patients, patients.size());
    for (Fold outer : folds(cohort, 2, every(2 + random.nextInt(3)))) {
      int k = 2 + random.nextInt(3);
      Set<String> seen = new HashSet<>();
      List<Fold> inner = inner(cohort, outer, input -> {
        assertEquals(Set.copyOf(outer.training()), Set.copyOf(input.patients()));
        List<String> order = new ArrayList<>(input.patients());
        Collections.shuffle(order, new Random(input.seed()));
        List<Sides> folds = new ArrayList<>();
        for (int i = 0; i < k; i++) {
          List<String> held = order.subList(i * order.size() / k, (i + 1) * order.size() / k);
          folds.add(Sides.of(order.stream().filter(p -> !held.contains(p)).toList(), held));
        }
        return folds;
      });
      assertEquals(k, inner.size());
      for (Fold fold : inner) {
        assertEquals(outer.repeat(), fold.repeat());
        assertEquals(outer.fold(), fold.fold());
        assertEquals(List.of(), fold.test());
        Set<String> all = new HashSet<>(fold.training());
        all.addAll(fold.validation());
        assertEquals(all.size(), fold.training().size() + fold.validation().size());
        assertEquals(Set.copyOf(outer.training()), all);
        assertTrue(Collections.disjoint(all, outer.test()));
        seen.addAll(fold.validation());
      }
      assertEquals(Set.copyOf(outer.training()), seen);
    }
  }

  @Test
  void whatIsWrongWithInnerFoldsIsToldAsTheirs() {
    Cohort cohort = cohort(patients(20), 4);
    Fold outer = new Fold(1, 2, patients(10), List.of(), patients(20).subList(10, 20));
    DataException event = assertThrows(DataException.class, () -> inner(cohort, outer, every(5)));
    assertTrue(
        event
            .getMessage()
            .startsWith(
                "inner folds of repeat 1 fold 2: fold 4 has no event of target os among its validation patients"),
        event.getMessage());
    IllegalArgumentException three = assertThrows(
        IllegalArgumentException.class,
        () -> inner(
            cohort,
            outer,
            input -> List.of(
                Sides.of(List.of("p000"), List.of("p001")).withValidation(List.of("p002")))));
    assertTrue(three.getMessage().contains("inner folds have two sides"), three.getMessage());
    IllegalArgumentException stranger = assertThrows(
        IllegalArgumentException.class,
        () -> inner(cohort, outer, input -> List.of(Sides.of(List.of("p000"), List.of("p015")))));
    assertTrue(
        stranger.getMessage().contains("has p015 in test, who is no patient of the cohort"),
        stranger.getMessage());
  }

  @Test
  void aFoldIsRefusedWithAPatientOnTwoSides() {
    for (List<List<String>> sides : List.of(
        List.of(List.of("a"), List.<String>of(), List.of("a")),
        List.of(List.of("a"), List.of("a"), List.<String>of()),
        List.of(List.of("b"), List.of("a"), List.of("a")),
        List.of(List.of("a", "a"), List.<String>of(), List.<String>of()))) {
      IllegalArgumentException e = assertThrows(
          IllegalArgumentException.class,
          () -> new Fold(0, 3, sides.get(0), sides.get(1), sides.get(2)));
      assertEquals(
          "patient a is twice in repeat 0 fold 3; a patient has to be on one side, once",
          e.getMessage());
    }
  }
}
