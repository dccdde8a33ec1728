/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Ways to spell an id, and what must hold for any. */
class PatientIdsTest {
  private static final List<String> PIECES = List.of(
      "TCGA", "OR", "A5J1", "01A", "p", "P", "S", "0", "00", "7", "12", "340", "x1", "Ä", "ﬁ", "٣",
      "１２", "'", "\"", ".0");
  private static final List<String> SEPARATORS =
      List.of("-", "_", ".", " ", "/", ":", "\u2013", "--", "", "\t");

  private static String id(Random random) {
    StringBuilder id = new StringBuilder(pick(random, List.of("", " ", "'", "-")));
    int count = 1 + random.nextInt(5);
    for (int i = 0; i < count; i++) {
      id.append(i == 0 ? "" : pick(random, SEPARATORS)).append(pick(random, PIECES));
    }
    return id.append(pick(random, List.of("", " ", "'", "_"))).toString();
  }

  private static String pick(Random random, List<String> of) {
    return of.get(random.nextInt(of.size()));
  }

  @RepeatedTest(20)
  void aKeyIsItsOwnKey(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    for (int i = 0; i < 500; i++) {
      String id = id(random);
      String key = PatientIds.key(id);
      assertEquals(
          key, PatientIds.key(key), "of \"" + id + "\", seed " + repetition.getCurrentRepetition());
    }
  }

  @RepeatedTest(20)
  void spellingsOfOneIdHaveOneKey(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    for (int i = 0; i < 500; i++) {
      List<String> parts = random
          .ints(1 + random.nextInt(4), 0, 1000)
          .mapToObj(n -> n % 2 == 0 ? "p" + n : "site" + n)
          .toList();
      String id = String.join("-", parts);
      String respelled = parts.stream()
          .collect(Collectors.joining(pick(random, List.of("_", ".", " ", "/", ":"))));
      respelled = random.nextBoolean() ? respelled.toUpperCase(Locale.ROOT) : respelled;
      respelled = pick(random, List.of("", " ", "\t")) + respelled + pick(random, List.of("", " "));
      assertEquals(
          PatientIds.key(id),
          PatientIds.key(respelled),
          "\"" + respelled + "\", seed " + repetition.getCurrentRepetition());
    }
  }

  /** Whoever is one patient within a table is one across tables. */
  @RepeatedTest(20)
  void oneKeyIsOneKeyAcrossTables(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    for (int i = 0; i < 500; i++) {
      String id = id(random);
      assertEquals(
          PatientIds.acrossTables(id),
          PatientIds.acrossTables(PatientIds.key(id)),
          "\"" + id + "\", seed " + repetition.getCurrentRepetition());
    }
  }

  @Test
  void acrossTablesZerosHyphensAndSamplesAreNoDifference() {
    for (String id : List.of("S1", "s01", "S-1", "S_001", "S1-01A")) {
      assertEquals("s1", PatientIds.acrossTables(id), id);
    }
    assertNotEquals(
        PatientIds.key("S1"), PatientIds.key("S01"), "within a table these may be two patients");
    assertNotEquals(PatientIds.acrossTables("S1"), PatientIds.acrossTables("S10"));
    assertNotEquals(
        PatientIds.acrossTables("S1-2"), PatientIds.acrossTables("S12"), "two numbers are not one");
    assertEquals("tcga-or-a5j1", PatientIds.key("TCGA.OR.A5J1.01A.11R"));
    assertEquals("17", PatientIds.key("0017.0"));
  }
}
