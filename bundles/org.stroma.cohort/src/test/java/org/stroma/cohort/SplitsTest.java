/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Table;
import org.stroma.testkit.TestCohort;

class SplitsTest {
  @TempDir
  private Path folder;

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

  private List<Fold> folds(SplitSettings settings, Cohort cohort, long seed) {
    return folds(settings, cohort, seed, new TestCohort(folder, null, "id"));
  }

  private static List<Fold> folds(
      SplitSettings settings, Cohort cohort, long seed, TestCohort files) {
    return Splits.of(settings, cohort, Set.of("os"), seed, files);
  }

  private static List<String> patients(int n) {
    List<String> patients = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      patients.add(String.format("p%03d", i));
    }
    return patients;
  }

  @Test
  void everyPatientIsTestedOnceARepeatAndNeverTrainedOn() {
    List<String> patients = patients(53);
    List<Fold> folds = folds(SplitSettings.kFold(5, "os.event", 3), cohort(patients, 17), 1);
    assertEquals(15, folds.size());
    for (int repeat = 0; repeat < 3; repeat++) {
      List<String> tested = new ArrayList<>();
      for (Fold fold : folds.subList(5 * repeat, 5 * repeat + 5)) {
        tested.addAll(fold.test());
        Set<String> both = new HashSet<>(fold.training());
        both.retainAll(fold.test());
        assertTrue(both.isEmpty());
        assertEquals(53, fold.training().size() + fold.test().size());
        long events = fold.test().stream().filter(p -> p.compareTo("p017") < 0).count();
        assertTrue(events == 3 || events == 4, "17 events over 5 folds, and " + events + " in one");
      }
      Collections.sort(tested);
      assertEquals(patients, tested);
    }
    assertFalse(folds.get(0).test().equals(folds.get(5).test()), "repeats are split anew");
  }

  @Test
  void theOrderOfTheTableDecidesNothing() {
    List<String> patients = patients(20);
    List<String> shuffled = new ArrayList<>(patients);
    Collections.shuffle(shuffled, new Random(2));
    List<Fold> one = folds(SplitSettings.kFold(4, "os.event", 1), cohort(patients, 8), 9);
    List<Fold> other = folds(SplitSettings.kFold(4, "os.event", 1), cohort(shuffled, 8), 9);
    for (int i = 0; i < 4; i++) {
      assertEquals(one.get(i), other.get(i), "in the same order too: training draws from it");
    }
  }

  @Test
  void foldsWithoutEventsAreRefused() {
    DataException e = assertThrows(
        DataException.class,
        () -> folds(SplitSettings.kFold(5, "os.event", 1), cohort(patients(20), 3), 1));
    assertTrue(
        e.getMessage().contains("has no event of target os")
            && e.getMessage().contains("use fewer folds"),
        e.getMessage());
    assertThrows(
        DataException.class,
        () -> folds(SplitSettings.kFold(9, "os.event", 1), cohort(patients(5), 5), 1));
  }

  @Test
  void sitesStayTogetherAndFoldsAlike() {
    List<String> patients = patients(120);
    Cohort cohort = cohort(patients, 40);
    for (String pattern : List.of("", "^TCGA-(S\\d+)-")) {
      SplitSettings settings = new SplitSettings(
          "k-fold", 4, "os.event", pattern.isEmpty() ? "site" : "barcode", pattern, "", "", 2);
      List<Fold> folds = folds(settings, cohort, 3);
      assertEquals(8, folds.size());
      for (Fold fold : folds) {
        Set<String> sites = new HashSet<>();
        fold.training().forEach(p -> sites.add(cohort.table().rows().get(p).get("site")));
        fold.test()
            .forEach(
                p -> assertFalse(sites.contains(cohort.table().rows().get(p).get("site"))));
        assertEquals(30, fold.test().size(), 12, "folds of about the same size");
        long events = fold.test().stream().filter(p -> p.compareTo("p040") < 0).count();
        assertEquals(10, events, 4, "and with about the same number of events");
      }
      assertFalse(folds.get(0).test().equals(folds.get(4).test()), "repeats are split anew");
    }
    DataException few = assertThrows(
        DataException.class,
        () -> folds(new SplitSettings("k-fold", 30, "", "site", "", "", "", 1), cohort, 1));
    assertTrue(few.getMessage().contains("groups for 30 folds"), few.getMessage());
  }

  @Test
  void aSiteWrittenInTwoWaysIsOne() {
    Cohort cohort = cohort(patients(40), 40);
    Map<String, Map<String, String>> rows = new LinkedHashMap<>();
    cohort.table().rows().forEach((id, row) -> {
      Map<String, String> other = new HashMap<>(row);
      other.put("site", id.hashCode() % 2 == 0 ? row.get("site").toLowerCase() : row.get("site"));
      rows.put(id, other);
    });
    Cohort spelled = new Cohort(
        cohort.patients(),
        cohort.visits(),
        cohort.targets(),
        cohort.modalities(),
        Table.of(Path.of("t.csv"), cohort.table().columns(), rows));
    TestCohort files = new TestCohort(folder, null, "id");
    for (Fold fold :
        folds(new SplitSettings("k-fold", 3, "", "site", "", "", "", 1), spelled, 3, files)) {
      Set<String> sites = new HashSet<>();
      fold.training().forEach(p -> sites.add(rows.get(p).get("site").toLowerCase()));
      fold.test()
          .forEach(p -> assertFalse(sites.contains(rows.get(p).get("site").toLowerCase())));
    }
    assertTrue(
        files.notes().stream().anyMatch(n -> n.contains("are taken as one")),
        files.notes().toString());
  }

  @Test
  void aClassThatTrainingLacksIsTold() {
    List<String> patients = patients(10);
    Map<String, Cohort.ClassLabel> values = new LinkedHashMap<>();
    patients.forEach(p ->
        values.put(p, new Cohort.ClassLabel(p.equals("p004") ? 2 : p.hashCode() % 2 == 0 ? 0 : 1)));
    Cohort cohort = new Cohort(
        patients,
        Cohort.single(patients),
        new TreeMap<>(Map.of("dx", new Cohort.ClassTarget(List.of("a", "b", "rare"), values))),
        new TreeMap<>(),
        cohort(patients, 1).table());
    TestCohort files = new TestCohort(folder, null, "id");
    Splits.of(SplitSettings.kFold(2, "", 1), cohort, Set.of("dx"), 1, files);
    assertEquals(1, files.notes().size(), files.notes().toString());
    assertTrue(
        files.notes().get(0).contains("no training patient has class rare of target dx"),
        files.notes().get(0));
  }

  @Test
  void aColumnNamesTheSides() {
    TestCohort files = new TestCohort(folder, null, "id");
    Fold fold = folds(
            new SplitSettings("column", 1, "", "", "", "", "split", 1),
            cohort(patients(20), 20),
            1,
            files)
        .get(0);
    assertEquals(List.of("p000", "p005", "p010", "p015"), fold.test());
    assertEquals(List.of("p001", "p006", "p011", "p016"), fold.validation());
    assertEquals(11, fold.training().size());
    assertEquals(List.of("patient p007 left out: column split names no side"), files.notes());
  }

  @Test
  void filesInBothLayoutsOfClam() throws IOException {
    Files.writeString(
        folder.resolve("splits_0.csv"),
        ",train,val,test\n0,p000,p003,p004\n1,p001,,p005\n2,p002,,\n");
    Files.writeString(
        folder.resolve("splits_1.csv"),
        ",train,val,test\np000,True,False,False\np001,False,False,True\nstranger,True,False,False\n");
    TestCohort files = new TestCohort(folder, null, "id");
    List<Fold> folds = folds(
        new SplitSettings("files", 2, "", "", "", "splits_{fold}.csv", "", 1),
        cohort(patients(7), 7),
        1,
        files);
    assertEquals(
        new Fold(0, 0, List.of("p000", "p001", "p002"), List.of("p003"), List.of("p004", "p005")),
        folds.get(0));
    assertEquals(new Fold(0, 1, List.of("p000"), List.of(), List.of("p001")), folds.get(1));
    assertEquals(3, files.notes().size(), files.notes().toString());
    assertTrue(
        files.notes().get(0).contains("patient p006 left out"), files.notes().toString());
    assertTrue(
        files.notes().get(1).contains("stranger not among the cohort's patients"),
        files.notes().toString());
  }

  @Test
  void aPatientOnTwoSidesIsRefused() throws IOException {
    Files.writeString(folder.resolve("s.csv"), "train,val,test\np000,p003,p000\np001,,p005\n");
    DataException e = assertThrows(
        DataException.class,
        () -> folds(
            new SplitSettings("files", 1, "", "", "", "s.csv", "", 1), cohort(patients(7), 7), 1));
    assertTrue(
        e.getMessage()
            .endsWith(
                "s.csv: patient p000 is in train and in test; a patient has to be on one side"),
        e.getMessage());
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
        () -> folds(new SplitSettings("column", 1, "", "", "", "", "split", 1), visits, 1));
    assertTrue(two.getMessage().contains("a patient has to stay on one side"), two.getMessage());
  }
}
