/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.stroma.api.data.Bag;
import org.stroma.cohort.Cohort;

/** What is taken away is gone, what is handed round is somebody's, and all else is as it was. */
class DatasetVariantTest {
  private final List<String> patients = new ArrayList<>();
  private final Dataset whole;
  private final Map<String, List<Cohort.Visit>> visits;

  DatasetVariantTest() {
    Map<String, float[]> genes = new TreeMap<>();
    Map<String, int[]> words = new TreeMap<>();
    Map<String, Bag> slides = new TreeMap<>();
    for (int i = 0; i < 200; i++) {
      String patient = "p" + i;
      patients.add(patient);
      genes.put(patient, new float[] {i});
      if (i % 2 == 0) {
        words.put(patient, new int[] {i});
      }
      if (i % 4 == 0) {
        slides.put(patient, Bag.of(1, new float[] {i}, i % 8 == 0 ? new int[2] : null));
      }
    }
    visits = Cohort.single(patients);
    whole = new Dataset(
        new TreeMap<>(Map.of(
            "genes", new Dataset.Vectors(1, genes),
            "words", new Dataset.Tokens(500, words),
            "slides", new Dataset.Bags(1, slides))),
        JsonNodeFactory.instance.objectNode());
  }

  private static float gene(Dataset dataset, String patient) {
    return ((Dataset.Vectors) dataset.inputs().get("genes")).rows().get(patient)[0];
  }

  @Test
  void whatIsNotKeptIsMissing() {
    Dataset kept = DatasetVariant.keeping(Set.of("words")).of(whole, patients, visits);
    assertSame(whole.inputs().get("words"), kept.inputs().get("words"));
    assertEquals(Set.of(), kept.inputs().get("genes").samples());
    assertTrue(patients.stream().noneMatch(kept.inputs().get("slides").samples()::contains));
    assertFalse(
        ((Dataset.Bags) kept.inputs().get("slides")).located(),
        "the model was built for bags of which some have no coordinates");
    assertEquals(200, whole.inputs().get("genes").samples().size());
  }

  @Test
  void aShareIsHiddenAndNobodyLosesAll() {
    for (double share : new double[] {0.25, 0.75, 1}) {
      Dataset hidden = DatasetVariant.hiding(share, 7).of(whole, patients, visits);
      int had = 0;
      int has = 0;
      for (String patient : patients) {
        int before = count(whole, patient);
        int left = count(hidden, patient);
        assertTrue(left >= 1 && left <= before, patient);
        had += before;
        has += left;
      }
      // of those that may go, which are all but one of each patient
      double gone = (double) (had - has) / (had - patients.size());
      assertEquals(share, gone, share == 1 ? 0 : 0.12, "share " + share);
      Dataset again = DatasetVariant.hiding(share, 7).of(whole, patients.subList(0, 50), visits);
      for (String patient : patients.subList(0, 50)) {
        assertEquals(count(hidden, patient), count(again, patient), "chance is the patient's own");
      }
    }
  }

  private static int count(Dataset dataset, String patient) {
    return (int) dataset.inputs().values().stream()
        .filter(input -> input.samples().contains(patient))
        .count();
  }

  @Test
  void whatIsPermutedIsHandedRoundAmongThoseWhoAreTested() {
    List<String> tested = patients.subList(0, 60);
    Dataset permuted = DatasetVariant.permuting("genes", 3).of(whole, tested, visits);
    List<Float> before = new ArrayList<>();
    List<Float> after = new ArrayList<>();
    int moved = 0;
    for (String patient : tested) {
      before.add(gene(whole, patient));
      after.add(gene(permuted, patient));
      moved += gene(whole, patient) == gene(permuted, patient) ? 0 : 1;
    }
    assertNotEquals(before, after);
    after.sort(null);
    assertEquals(before, after, "the same rows, each once");
    assertTrue(moved > 50, moved + " of 60 moved");
    for (String patient : patients.subList(60, 200)) {
      assertEquals(gene(whole, patient), gene(permuted, patient), "others keep theirs");
    }
    assertSame(whole.inputs().get("words"), permuted.inputs().get("words"));
    Dataset words = DatasetVariant.permuting("words", 3).of(whole, tested, visits);
    assertEquals(
        whole.inputs().get("words").samples(), words.inputs().get("words").samples());
  }
}
