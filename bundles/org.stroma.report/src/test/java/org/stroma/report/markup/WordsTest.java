/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.markup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class WordsTest {
  @Test
  void numbersHaveAsManyDigitsAsOneCaresFor() {
    assertEquals("0.861", Words.number(0.8612345));
    assertEquals("17.12", Words.number(17.1249));
    assertEquals("885.0", Words.number(885));
    assertEquals("1,677", Words.number(1677.2));
    assertEquals("−0.5", Words.plain(-0.5));
    assertEquals("0.000", Words.number(-0.0));
    assertEquals("1.00e−05", Words.number(1e-5));
    assertEquals("–", Words.number(Double.NaN));
    assertEquals("∞", Words.number(Double.POSITIVE_INFINITY));
  }

  @Test
  void plainNumbersAreShort() {
    assertEquals("365", Words.plain(365));
    assertEquals("1,182.5", Words.plain(1182.5));
    assertEquals("1e−8", Words.plain(1e-8));
    assertEquals("0", Words.plain(0));
    assertEquals("1,182", Words.compact(1182.4));
    assertEquals("606.8", Words.compact(606.75));
    assertEquals("48.5", Words.compact(48.5));
    assertEquals("0.3333", Words.compact(1 / 3.0));
  }

  @Test
  void wordsAreThoseOfPeople() {
    assertEquals("1 patient", Words.count(1, "patient"));
    assertEquals("1,200 patients", Words.count(1200, "patient"));
    assertEquals("2 modalities", Words.count(2, "modality"));
    assertEquals("2 days", Words.count(2, "day"));
    assertEquals("34 (37%)", Words.of(34, 92));
    assertEquals("p < 0.001", Words.p(1e-9));
    assertEquals("p = 0.034", Words.p(0.0341));
    assertEquals("p = 0.72", Words.p(0.7201));
    assertEquals("a, b and c", Words.list(List.of("a", "b", "c")));
    assertEquals("a", Words.list(List.of("a")));
    assertEquals("", Words.list(List.of()));
    assertEquals("abc…", Words.shortened("abcdef", 4));
    assertEquals("abcd", Words.shortened("abcd", 4));
  }
}
