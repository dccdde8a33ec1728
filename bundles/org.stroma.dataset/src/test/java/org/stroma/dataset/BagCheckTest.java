/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.stroma.api.data.Bag;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData;
import org.stroma.cohort.Cohort;
import org.stroma.command.Progress;

class BagCheckTest {
  private static final int WIDTH = 400_000;

  private final Progress silent = new Progress() {
    @Override
    public void note(String message) {}

    @Override
    public void at(String message) {}
  };
  private final List<Integer> read = new ArrayList<>();

  /** A bag of five elements whose file is wrong at one of them; -1 for none. */
  private Bag bag(String file, int wrong) {
    return new Bag() {
      @Override
      public int size() {
        return 5;
      }

      @Override
      public void read(int from, int to, FloatBuffer target) {
        for (int element = from; element < to; element++) {
          if (element == wrong) {
            throw new DataException(file + ": patch " + (wrong + 1) + " is NaN");
          }
          read.add(element);
          target.put(new float[WIDTH]);
        }
      }

      @Override
      public int[] coordinates() {
        return null;
      }
    };
  }

  private static Cohort cohort(Map<String, Bag> bags) {
    List<String> patients = List.copyOf(bags.keySet());
    return new Cohort(
        patients,
        Cohort.single(patients),
        new TreeMap<>(),
        new TreeMap<>(Map.of("wsi", ModalityData.Bags.of(WIDTH, bags))),
        null);
  }

  @Test
  void everyElementOfEveryBagIsReadOnce() {
    Bag one = bag("a.h5", -1);
    assertEquals("", BagCheck.read(cohort(Map.of("a", one, "b", one)), silent, 60));
    assertEquals(List.of(0, 1, 2, 3, 4), read);
  }

  @Test
  void allThatIsWrongIsToldOnce() {
    Map<String, Bag> bags = new LinkedHashMap<>();
    bags.put("a", bag("a.h5", 2));
    bags.put("b", bag("b.h5", -1));
    bags.put("c", bag("c.h5", 4));
    bags.put("d", bag("a.h5", 2));
    String message = assertThrows(
            DataException.class, () -> BagCheck.read(cohort(bags), silent, 60))
        .getMessage();
    assertEquals("modality wsi: a.h5: patch 3 is NaN\nmodality wsi: c.h5: patch 5 is NaN", message);
  }

  @Test
  void whatThereWasNoTimeForIsSaid() {
    String said = BagCheck.read(cohort(Map.of("a", bag("a.h5", 2))), silent, 0);
    assertTrue(said.contains("of wsi, the numbers of 0 of 1 slides"), said);
  }
}
