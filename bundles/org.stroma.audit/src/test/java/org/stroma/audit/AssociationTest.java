/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.stroma.cohort.Cohort;

/** Tests of R: the lines stand beside the numbers. */
class AssociationTest {
  @Test
  void tablesAreThoseOfR() {
    // fisher.test(matrix(c(3,9,10,4),2))$p.value
    assertEquals(
        0.0471799703863237, Association.table(new int[][] {{3, 10}, {9, 4}}).probability(), 1e-12);
    // fisher.test(matrix(c(5,5,20,40),2))$p.value
    assertEquals(
        0.47717224700198, Association.table(new int[][] {{5, 20}, {5, 40}}).probability(), 1e-12);
    // chisq.test(matrix(c(10,20,30,15,12,18),2,byrow=TRUE),correct=FALSE)$p.value
    assertEquals(
        0.139631286281399,
        Association.table(new int[][] {{10, 20, 30}, {15, 12, 18}}).probability(),
        1e-12);
    assertFalse(Association.table(new int[][] {{0, 7}, {0, 3}}).defined());
  }

  @Test
  void rankSumIsThatOfRWithTies() {
    // x<-c(1,2,2,3,5,6,7,7,8,9,11); g<-c(1,0,1,0,1,0,0,1,0,0,0)
    // wilcox.test(x[g==1],x[g==0],exact=FALSE,correct=FALSE)$p.value
    assertEquals(
        0.128818590236219,
        Association.rankSum(
            new double[] {1, 2, 2, 3, 5, 6, 7, 7, 8, 9, 11},
            List.of(true, false, true, false, true, false, false, true, false, false, false)),
        1e-12);
  }

  @Test
  void holmIsThatOfR() {
    // p.adjust(c(0.01,0.04,0.03,0.5),"holm")
    assertArrayEquals(
        new double[] {0.04, 0.09, 0.09, 0.5},
        Association.holm(new double[] {0.01, 0.04, 0.03, 0.5}),
        1e-15);
  }

  @Test
  void fewPatientsSayNothing() {
    Cohort.Target target = TestSubjects.survival(20, i -> 1 + i, i -> true);
    Association few = Association.of(target, TestSubjects.patients(20), Set.of("p000", "p001"));
    assertFalse(few.defined());
    assertEquals("fewer than 5 patients in one group", few.reason());
  }
}
