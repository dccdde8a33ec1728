/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.split.kfold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Sides;
import org.stroma.api.data.Table;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.PartContract;
import org.stroma.testkit.TestSplit;

class HoldOutTest {
  private static final TestSplit COHORT = TestSplit.patients(120, Path.of("."));

  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.split(HoldOut::new, HoldOut.Settings.class).tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractStratified() {
    return PartContract.split(HoldOut::new, HoldOut.Settings.class)
        .with("stratify", "os.event")
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractInGroups() {
    return PartContract.split(HoldOut::new, HoldOut.Settings.class)
        .with("stratify", "dx")
        .with("group", "site")
        .on(TestSplit.patients(200, Path.of(".")))
        .tests();
  }

  private static Sides split(TestSplit cohort, Map<String, Object> settings) {
    List<Sides> folds = new HoldOut(Defaults.of(HoldOut.Settings.class, settings)).split(cohort);
    assertEquals(1, folds.size());
    return folds.get(0);
  }

  private static long events(TestSplit cohort, List<String> patients) {
    return patients.stream()
        .filter(p -> cohort.stratum(p, "os.event").equals("true"))
        .count();
  }

  /** 80 of the 120 have the event. */
  @Test
  void theShareIsHeldOutOfEachStratum() {
    Sides fold = split(COHORT, Map.of("share", 0.25, "stratify", "os.event"));
    assertEquals(30, fold.test().size());
    assertEquals(20, events(COHORT, fold.test()));
    assertEquals(
        new HashSet<>(COHORT.patients()),
        Stream.concat(fold.test().stream(), fold.training().stream())
            .collect(java.util.stream.Collectors.toSet()));
    assertNotEquals(
        Set.copyOf(fold.test()),
        Set.copyOf(split(COHORT.withRepeat(1), Map.of("share", 0.25, "stratify", "os.event"))
            .test()));
  }

  @RepeatedTest(100)
  void bothSidesHaveSomebodyWhateverTheShare(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    int patients = 2 + random.nextInt(30);
    Map<String, Map<String, String>> rows = new LinkedHashMap<>();
    for (int i = 0; i < patients; i++) {
      rows.put("p" + i, Map.of("site", "s" + (i < 2 ? i : random.nextInt(4))));
    }
    TestSplit cohort = TestSplit.of(Table.of(Path.of("t.csv"), List.of("site"), rows));
    for (String group : List.of("", "site")) {
      Sides fold =
          split(cohort, Map.of("share", 0.01 + 0.98 * random.nextDouble(), "group", group));
      assertFalse(fold.training().isEmpty());
      assertFalse(fold.test().isEmpty());
      assertEquals(patients, fold.training().size() + fold.test().size());
      Set<String> sites = new HashSet<>();
      if (!group.isEmpty()) {
        fold.training().forEach(p -> sites.add(cohort.cell(p, "site")));
      }
      fold.test().forEach(p -> assertFalse(sites.contains(cohort.cell(p, "site"))));
    }
  }

  @Test
  void groupsComeNearToTheShareInAllAndInEachStratum() {
    Sides fold = split(COHORT, Map.of("share", 0.3, "group", "site", "stratify", "os.event"));
    assertEquals(36, fold.test().size(), 10);
    assertEquals(24, events(COHORT, fold.test()), 8);
  }

  @Test
  void oneGroupOrOnePatientCannotBeSplit() {
    Map<String, Map<String, String>> rows = Map.of("a", Map.of("site", "s"));
    TestSplit one = TestSplit.of(Table.of(Path.of("t.csv"), List.of("site"), rows));
    assertThrows(DataException.class, () -> split(one, Map.of()));
    TestSplit two = TestSplit.of(Table.of(
        Path.of("t.csv"),
        List.of("site"),
        Map.of("a", Map.of("site", "s"), "b", Map.of("site", "S"))));
    DataException e = assertThrows(DataException.class, () -> split(two, Map.of("group", "site")));
    assertTrue(e.getMessage().contains("gives 1 groups"), e.getMessage());
  }
}
