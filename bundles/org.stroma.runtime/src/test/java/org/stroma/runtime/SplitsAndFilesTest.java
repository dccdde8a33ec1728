/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
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
import org.stroma.api.TargetKind;
import org.stroma.api.data.DataException;

class SplitsAndFilesTest {
  private static CohortData cohort(List<String> patients, int events) {
    Map<String, CohortData.Value> values = new LinkedHashMap<>();
    List<String> sorted = new ArrayList<>(patients);
    Collections.sort(sorted);
    for (int i = 0; i < sorted.size(); i++) {
      values.put(sorted.get(i), new CohortData.Value(1 + i, i < events, 0));
    }
    SortedMap<String, CohortData.Target> targets = new TreeMap<>();
    targets.put("os", new CohortData.Target(TargetKind.SURVIVAL, values, List.of()));
    return new CohortData(patients, targets, new TreeMap<>());
  }

  private static Experiment experiment(int folds, int repeats, long seed) {
    SortedMap<String, Experiment.HeadUse> heads = new TreeMap<>();
    heads.put("os", new Experiment.HeadUse(null, "os"));
    return new Experiment(
        null, "test", seed, null, new TreeMap<>(), 8, null, heads, List.of(), null,
        new Experiment.Evaluation(folds, "os.event", repeats), null);
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
    List<Splits.Fold> folds = Splits.folds(experiment(5, 3, 1), cohort(patients, 17));
    assertEquals(15, folds.size());
    for (int repeat = 0; repeat < 3; repeat++) {
      List<String> tested = new ArrayList<>();
      for (Splits.Fold fold : folds.subList(5 * repeat, 5 * repeat + 5)) {
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
    List<Splits.Fold> one = Splits.folds(experiment(4, 1, 9), cohort(patients, 8));
    List<Splits.Fold> other = Splits.folds(experiment(4, 1, 9), cohort(shuffled, 8));
    for (int i = 0; i < 4; i++) {
      assertEquals(Set.copyOf(one.get(i).test()), Set.copyOf(other.get(i).test()));
    }
  }

  @Test
  void foldsWithoutEventsAreRefused() {
    DataException e =
        assertThrows(DataException.class, () -> Splits.folds(experiment(5, 1, 1), cohort(patients(20), 3)));
    assertTrue(e.getMessage().contains("has no event of target os") && e.getMessage().contains("use fewer folds"),
        e.getMessage());
    assertThrows(DataException.class, () -> Splits.folds(experiment(9, 1, 1), cohort(patients(5), 5)));
  }

  @Test
  void modalityDropoutLeavesOneModality() {
    SortedMap<String, Prepared.Input> inputs = new TreeMap<>();
    Map<String, float[]> rows = new LinkedHashMap<>();
    patients(50).forEach(p -> rows.put(p, new float[] {7}));
    inputs.put("a", new Prepared.Vectors(1, rows));
    inputs.put("b", new Prepared.Vectors(1, rows));
    Map<String, float[]> few = new LinkedHashMap<>(rows);
    few.keySet().removeIf(p -> p.compareTo("p010") >= 0);
    inputs.put("c", new Prepared.Vectors(1, few));
    Batch batch =
        Batch.of(patients(50), new Prepared(inputs, null), new TreeMap<>(), 0.7, new Random(1));
    float hidden = 0;
    for (int i = 0; i < 50; i++) {
      float left = 0;
      for (Batch.Modality m : batch.modalities().values()) {
        left += m.presence()[i];
        assertEquals(m.presence()[i] * 7, m.values().getFloat(i, 0), "hidden rows hold zeros");
      }
      assertTrue(left >= 1);
      hidden += batch.modalities().get("a").presence()[i] == 0 ? 1 : 0;
      assertTrue(i < 10 || batch.modalities().get("c").presence()[i] == 0, "nobody gains a modality");
    }
    assertTrue(hidden > 5 && hidden < 35, "about a third of the a are hidden: " + hidden);
  }

  @Test
  void filesAreWholeOrAbsent(@TempDir Path folder) throws IOException {
    RunDirectory run = new RunDirectory(folder.resolve("run"));
    run.write("a/b.txt", "text");
    assertEquals("text", Files.readString(folder.resolve("run/a/b.txt")));
    assertThrows(
        IllegalStateException.class,
        () -> run.write("a/b.txt", out -> {
          out.write(1);
          throw new IllegalStateException("killed in between");
        }));
    assertEquals("text", Files.readString(folder.resolve("run/a/b.txt")));
    try (var files = Files.list(folder.resolve("run/a"))) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void predictionsAreMeans() {
    Predictions predictions = new Predictions();
    predictions.add(Map.of("os.risk", Map.of("p,1", new float[] {1})));
    predictions.add(Map.of("os.risk", Map.of("p,1", new float[] {2})));
    assertArrayEquals(new double[] {1.5}, predictions.mean("os.risk", "p,1"));
    assertEquals("patient,os.risk\n\"p,1\",1.500000\n", predictions.csv(List.of("p,1")));
  }
}
