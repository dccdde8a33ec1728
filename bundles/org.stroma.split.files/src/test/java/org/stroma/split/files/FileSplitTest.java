/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.split.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Sides;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.PartContract;
import org.stroma.testkit.TestSplit;

class FileSplitTest {
  @TempDir
  private static Path contract;

  @TempDir
  private Path folder;

  @TestFactory
  Stream<DynamicTest> keepsTheContract() throws IOException {
    for (int fold = 0; fold < 16; fold++) {
      Files.writeString(
          contract.resolve("splits_" + fold + ".csv"),
          "train,val,test\np000,p00" + (1 + fold % 8) + ",p009\np010,,\n");
    }
    return PartContract.split(FileSplit::new, FileSplit.Settings.class)
        .with("path", "splits_{fold}.csv")
        .on(TestSplit.patients(60, contract))
        .tests();
  }

  private static List<Sides> split(TestSplit cohort, String path, int folds) {
    return new FileSplit(
            Defaults.of(FileSplit.Settings.class, Map.of("path", path, "folds", folds)))
        .split(cohort);
  }

  @Test
  void filesInBothLayoutsOfClam() throws IOException {
    Files.writeString(
        folder.resolve("splits_0.csv"),
        ",train,val,test\n0,p000,p003,p004\n1,p001,,p005\n2,p002,,\n");
    Files.writeString(
        folder.resolve("splits_1.csv"),
        ",train,val,test\np000,True,False,False\np001,False,False,True\nstranger,True,False,False\n");
    TestSplit cohort = TestSplit.patients(7, folder);
    assertEquals(
        List.of(
            Sides.of(List.of("p000", "p001", "p002"), List.of("p004", "p005"))
                .withValidation(List.of("p003")),
            Sides.of(List.of("p000"), List.of("p001"))),
        split(cohort, "splits_{fold}.csv", 2));
    assertEquals(3, cohort.notes().size(), cohort.notes().toString());
    assertTrue(
        cohort.notes().get(0).contains("patient p006 left out"), cohort.notes().toString());
    assertTrue(
        cohort.notes().get(1).contains("stranger not among the cohort's patients"),
        cohort.notes().toString());
  }

  @Test
  void aPatientOnTwoSidesIsRefused() throws IOException {
    Files.writeString(folder.resolve("s.csv"), "train,val,test\np000,p003,p000\np001,,p005\n");
    DataException e =
        assertThrows(DataException.class, () -> split(TestSplit.patients(7, folder), "s.csv", 1));
    assertTrue(
        e.getMessage()
            .endsWith(
                "s.csv: patient p000 is in train and in test; a patient has to be on one side"),
        e.getMessage());
  }

  @Test
  void severalFoldsNeedSeveralFiles() {
    IllegalArgumentException e = assertThrows(
        IllegalArgumentException.class, () -> split(TestSplit.patients(7, folder), "s.csv", 2));
    assertTrue(e.getMessage().contains("has to hold {fold}"), e.getMessage());
  }
}
