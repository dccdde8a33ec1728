/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.split.kfold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Sides;
import org.stroma.api.data.Table;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.PartContract;
import org.stroma.testkit.TestSplit;

class KFoldTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.split(KFold::new, KFold.Settings.class).partition().tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractStratified() {
    return PartContract.split(KFold::new, KFold.Settings.class)
        .with("stratify", "os.event")
        .partition()
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractInGroups() {
    return PartContract.split(KFold::new, KFold.Settings.class)
        .with("stratify", "dx")
        .with("group", "site")
        .on(TestSplit.patients(200, Path.of(".")))
        .partition()
        .tests();
  }

  private static final TestSplit COHORT = TestSplit.patients(120, Path.of("."));

  private static List<Sides> folds(TestSplit cohort, Map<String, Object> settings) {
    return new KFold(Defaults.of(KFold.Settings.class, settings)).split(cohort);
  }

  private static long events(TestSplit cohort, List<String> patients) {
    return patients.stream()
        .filter(p -> cohort.stratum(p, "os.event").equals("true"))
        .count();
  }

  @Test
  void eventsAreSpreadOverTheFolds() {
    for (Sides fold : folds(COHORT, Map.of("folds", 7, "stratify", "os.event"))) {
      assertEquals(120, fold.training().size() + fold.test().size());
      long events = events(COHORT, fold.test());
      assertTrue(events == 11 || events == 12, "80 events over 7 folds, and " + events + " in one");
    }
  }

  @Test
  void sitesStayTogetherAndFoldsAlike() {
    for (String pattern : List.of("", "^TCGA-(S\\d+)-")) {
      List<Sides> folds = folds(
          COHORT,
          Map.of(
              "folds",
              4,
              "stratify",
              "os.event",
              "group",
              pattern.isEmpty() ? "site" : "barcode",
              "groupPattern",
              pattern));
      assertEquals(4, folds.size());
      for (Sides fold : folds) {
        Set<String> sites = new HashSet<>();
        fold.training().forEach(p -> sites.add(COHORT.cell(p, "site")));
        fold.test().forEach(p -> assertFalse(sites.contains(COHORT.cell(p, "site"))));
        assertEquals(30, fold.test().size(), 12, "folds of about the same size");
        assertEquals(
            20, events(COHORT, fold.test()), 8, "and with about the same number of events");
      }
    }
    DataException few = assertThrows(
        DataException.class, () -> folds(COHORT, Map.of("folds", 30, "group", "site")));
    assertTrue(few.getMessage().contains("groups for 30 folds"), few.getMessage());
  }

  @Test
  void aSiteWrittenInTwoWaysIsOne() {
    Map<String, Map<String, String>> rows = new LinkedHashMap<>();
    for (String patient : COHORT.patients()) {
      String site = COHORT.cell(patient, "site");
      rows.put(patient, Map.of("site", patient.hashCode() % 2 == 0 ? site.toLowerCase() : site));
    }
    TestSplit spelled = TestSplit.of(Table.of(Path.of("t.csv"), List.of("site"), rows));
    for (Sides fold : folds(spelled, Map.of("folds", 3, "group", "site"))) {
      Set<String> sites = new HashSet<>();
      fold.training().forEach(p -> sites.add(spelled.cell(p, "site").toLowerCase()));
      fold.test()
          .forEach(p -> assertFalse(sites.contains(spelled.cell(p, "site").toLowerCase())));
    }
    assertTrue(
        spelled.notes().stream().anyMatch(n -> n.contains("are taken as one")),
        spelled.notes().toString());
  }

  @Test
  void whatCannotBeSplitIsRefused() {
    DataException few = assertThrows(
        DataException.class, () -> folds(TestSplit.patients(5, Path.of(".")), Map.of("folds", 9)));
    assertTrue(few.getMessage().contains("there are 5 patients for 9 folds"), few.getMessage());
    DataException none = assertThrows(
        DataException.class,
        () -> folds(COHORT, Map.of("group", "site", "groupPattern", "^TCGA-(S)-")));
    assertTrue(none.getMessage().contains("groupPattern finds no group in it"), none.getMessage());
    Map.of(
            "(", "which is no regular expression",
            "^TCGA", "has to hold a group in parentheses")
        .forEach((pattern, words) -> {
          IllegalArgumentException e = assertThrows(
              IllegalArgumentException.class,
              () -> folds(COHORT, Map.of("group", "site", "groupPattern", pattern)));
          assertTrue(e.getMessage().contains(words), e.getMessage());
        });
    IllegalArgumentException where = assertThrows(
        IllegalArgumentException.class, () -> folds(COHORT, Map.of("groupPattern", "(a)")));
    assertTrue(where.getMessage().contains("group is missing"), where.getMessage());
  }
}
