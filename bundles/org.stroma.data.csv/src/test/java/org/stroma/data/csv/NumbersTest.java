/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumbersTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "1",
        "-1.5",
        "+2.25",
        "3.",
        ".5",
        "-.5",
        "123456789012345",
        "0.1",
        "0.3",
        "1234567890.12345",
        "0.000000000000001",
        "1e5",
        "-2.5E-3",
        "1.7976931348623157e308",
        "4.9e-324",
        "0.12345678901234567",
        "9007199254740993",
        "00012.50"
      })
  void numbersAreThoseOfJava(String text) {
    assertEquals(Double.parseDouble(text), Numbers.parse(text));
    assertEquals(Double.parseDouble(text), Numbers.parse(" " + text + " "));
  }

  @Test
  void numbersAreThoseOfJavaToTheBit() {
    Random random = new Random(3);
    for (int i = 0; i < 20_000; i++) {
      String text = String.format(
          Locale.ROOT,
          "%." + random.nextInt(17) + "f",
          random.nextGaussian() * Math.pow(10, random.nextInt(9)));
      assertEquals(
          Double.doubleToLongBits(Double.parseDouble(text)),
          Double.doubleToLongBits(Numbers.parse(text)),
          text);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0x10",
        "0x1p3",
        "1f",
        "1d",
        "Infinity",
        "-inf",
        "1e400",
        "-1e400",
        "1 2",
        "+",
        "1e",
        "1,5",
        "1.2.3",
        "--1",
        "1-2",
        "high",
        "\u0663"
      })
  void otherTextsAreNone(String text) {
    assertTrue(Double.isInfinite(Numbers.parse(text)), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "NA", "N/A", "nan", "null", ".", "-", "--", "[Not Available]", "#N/A", "?"
      })
  void marksAreMissing(String text) {
    assertTrue(Double.isNaN(Numbers.parse(text)), text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1,5 | a decimal comma: write 1.5 for 1,5",
        "-0,0506 | a decimal comma",
        "1,234 | 1234 for 1,234",
        "1,234,567.5 | 1234 for 1,234",
        "1.234,5 | points as separators of thousands",
        "1.234.567 | points as separators of thousands",
        "1 234.5 | separated thousands",
        "1'234 | separated thousands",
        "1e39 | too large",
        "1e400 | too large",
        "<0.5 | a limit and no number",
        "5 % | a percent sign",
        "\u22121.5 | a dash in place of a minus",
      })
  void whatIsTheMatterIsTold(String cell, String words) {
    assertTrue(Numbers.hint(cell).contains(words), Numbers.hint(cell));
  }

  @Test
  void nothingIsToldOfTextsThatMayBeAnything() {
    assertEquals("", Numbers.hint("high"));
    assertEquals("", Numbers.hint("0x10"));
  }

  @Test
  void pointsThatSeparateThousandsAreFound() {
    assertEquals(
        "1.477",
        Numbers.thousands(
            List.of("1.477", "1.729", "987", "2.485", "252", "11.592", "98", "NA", "")));
    assertEquals("1.234", Numbers.thousands(List.of("1.234", "987")));
    assertEquals("-1.234", Numbers.thousands(List.of("-1.234", "-987", "0", "1")));
    assertEquals("250.000", Numbers.thousands(List.of("900", "250.000", "310.000", "850")));
    assertEquals("1.230", Numbers.thousands(List.of("850", "920", "1.230", "1.100", "780")));
  }

  private static List<String> cells(Stream<Double> values, int places) {
    return values
        .map(v -> BigDecimal.valueOf(Math.round(v * 1000), 3))
        .map(v -> places == 3
            ? v.toPlainString()
            : v.signum() == 0 ? "0" : v.stripTrailingZeros().toPlainString())
        .toList();
  }

  @Test
  void honestColumnsAreNone() {
    for (List<String> honest : List.of(
        List.of("1.585", "2", "3", "2.322", "0", "1"), // log2(count + 1), rounded to three places
        List.of("1.234", "12.5", "987"),
        List.of("0.123", "987", "1.234"),
        List.of("1.234", "1234", "987"),
        List.of("1.234", "5.678"),
        List.of("987", "12", "5"),
        List.of("1.234", "0", "1", "5.678"), // 0 and 1 stand for much
        List.of("1.234e0", "987"),
        List.of("12.345", "12", "13.456"),
        List.<String>of())) {
      assertNull(Numbers.thousands(honest), honest.toString());
    }
  }

  /** Expression of 20,000 genes, rounded to three places as R and pandas write it: no column may be refused. */
  @Test
  void roundedExpressionIsHonest() {
    for (int patients : new int[] {4, 10, 40}) {
      Random random = new Random(patients);
      Thousands.File file = new Thousands.File();
      List<Thousands> columns = new ArrayList<>();
      for (int gene = 0; gene < 20_000; gene++) {
        double mean = random.nextDouble() * 9;
        double scale = 0.2 + random.nextDouble();
        boolean counts = gene % 3 == 0;
        columns.add(Numbers.thousands(
            file,
            cells(
                IntStream.range(0, patients)
                    .mapToObj(p -> counts
                        ? Math.log1p(Math.floor(Math.exp(mean + scale * random.nextGaussian())))
                            / Math.log(2)
                        : Math.exp(mean / 2 + scale * random.nextGaussian())),
                0)));
      }
      assertEquals(
          0,
          columns.stream().filter(column -> column.suspect(file) != null).count(),
          patients + " patients");
    }
  }

  @Test
  void fixedPlacesAreHonest() {
    Random random = new Random(1);
    for (int gene = 0; gene < 2_000; gene++) {
      assertNull(Numbers.thousands(
          cells(IntStream.range(0, 30).mapToObj(p -> 1 + 9 * random.nextDouble()), 3)));
    }
  }

  @Test
  void countsWithSeparatedThousandsAreFoundThoughTheFileHoldsDecimalsToo() {
    Thousands.File file = new Thousands.File();
    Random random = new Random(2);
    Numbers.thousands(file, List.of("50.5", "61.25"));
    Thousands counts = Numbers.thousands(
        file,
        IntStream.range(0, 36)
            .mapToObj(p -> (int) Math.exp(4 + 4 * random.nextDouble()))
            .map(n -> n < 1000 ? "" + n : String.format(Locale.ROOT, "%d.%03d", n / 1000, n % 1000))
            .toList());
    assertNotNull(counts.suspect(file));
    assertTrue(counts.sentence().contains("separator of thousands"), counts.sentence());
  }
}
