/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class LearnedTest {
  private static final Learned ALL = Learned.builder()
      .put("count", 3)
      .put("mean", 0.5)
      .put("lower", true)
      .put("name", "a \"b\"\n\\")
      .put("means", new double[] {0.1, -2, 1e39})
      .put("weights", new float[] {0.1f, 3})
      .put("ids", new int[] {7, -1})
      .put("words", List.of("x", "y"))
      .put("inner", Learned.builder().put("shift", 1).build())
      .build();

  private static void refuses(String words, Executable getter) {
    String message = assertThrows(DataException.class, getter).getMessage();
    assertEquals("what was learned (in preparation.json) " + words, message);
  }

  @Test
  void valuesComeBackInTheirTypesAndInTheirOrder() {
    assertEquals(
        List.of("count", "mean", "lower", "name", "means", "weights", "ids", "words", "inner"),
        List.copyOf(ALL.names()));
    assertEquals(3, ALL.whole("count"));
    assertEquals(3.0, ALL.number("count"));
    assertEquals(0.5, ALL.number("mean"));
    assertTrue(ALL.flag("lower"));
    assertEquals("a \"b\"\n\\", ALL.string("name"));
    assertArrayEquals(new double[] {0.1, -2, 1e39}, ALL.doubles("means"));
    assertArrayEquals(new float[] {0.1f, 3}, ALL.floats("weights"));
    assertArrayEquals(new int[] {7, -1}, ALL.wholes("ids"));
    assertEquals(List.of("x", "y"), ALL.strings("words"));
    assertEquals(1, ALL.nested("inner").whole("shift"));
    assertFalse(ALL.has("gone"));
    assertEquals(List.of(), List.copyOf(Learned.empty().names()));
  }

  @Test
  void whatIsMissingOrOfAnotherTypeIsToldInOneSentence() {
    refuses("lacks \"gone\", which has to be a number", () -> ALL.number("gone"));
    refuses(
        "has \"a \\\"b\\\"\\u000a\\\\\" as \"name\", which has to be a number",
        () -> ALL.number("name"));
    refuses("has 0.5 as \"mean\", which has to be a whole number", () -> ALL.whole("mean"));
    refuses("has 3 as \"count\", which has to be true or false", () -> ALL.flag("count"));
    refuses("has true as \"lower\", which has to be a string", () -> ALL.string("lower"));
    refuses("has 3 as \"count\", which has to be a list", () -> ALL.list("count"));
    refuses(
        "has [\"x\",\"y\"] as \"words\", which has to be named values", () -> ALL.nested("words"));
    refuses(
        "has \"x\" as number 1 of \"words\", which has to be one of a list of numbers",
        () -> ALL.doubles("words"));
    refuses(
        "has 7 as number 1 of \"ids\", which has to be one of a list of strings",
        () -> ALL.strings("ids"));
    refuses(
        "has 0.1 as \"means\", which has to be a list of whole numbers", () -> ALL.wholes("means"));
    Map<String, Object> none = new LinkedHashMap<>();
    none.put("none", null);
    refuses(
        "has null as \"none\", which has to be a string", () -> Learned.of(none).string("none"));
    refuses(
        "has 3000000000 as \"long\", which has to be a whole number",
        () -> Learned.of(Map.of("long", 3_000_000_000L)).whole("long"));
  }

  @Test
  void nobodyChangesIt() {
    double[] means = {1, 2};
    List<String> words = new ArrayList<>(List.of("x"));
    Learned learned = Learned.builder().put("means", means).put("words", words).build();
    means[0] = 9;
    words.add("y");
    learned.doubles("means")[1] = 9;
    assertArrayEquals(new double[] {1, 2}, learned.doubles("means"));
    assertEquals(List.of("x"), learned.strings("words"));
    for (Executable change : List.<Executable>of(
        () -> learned.values().put("a", 1),
        () -> learned.strings("words").add("z"),
        () -> learned.list("means").set(0, 5.0),
        () -> ALL.nested("inner").values().clear())) {
      assertThrows(UnsupportedOperationException.class, change);
    }
    List<Object> a = new ArrayList<>(List.of(1));
    Map<String, Object> inner = new LinkedHashMap<>(Map.of("a", a));
    Learned copy = Learned.of(Map.of("inner", inner));
    a.add(2);
    inner.put("b", 3);
    assertEquals("{\"inner\":{\"a\":[1]}}", copy.toString());
  }

  @Test
  void itIsTheSameAfterItWasTakenApartAndPutTogether() {
    Learned again = Learned.of(ALL.values());
    assertEquals(ALL, again);
    assertEquals(ALL.hashCode(), again.hashCode());
    assertEquals(
        "{\"count\":3,\"mean\":0.5,\"lower\":true,\"name\":\"a \\\"b\\\"\\u000a\\\\\",\"means\":[0.1,-2.0,1.0E39],"
            + "\"weights\":[0.1,3.0],\"ids\":[7,-1],\"words\":[\"x\",\"y\"],\"inner\":{\"shift\":1}}",
        again.toString());
    assertNotEquals(
        Learned.builder().put("a", 1).build(), Learned.builder().put("a", 2).build());
  }

  /** Written with the digits of 32 bits and read in 64, as JSON does. */
  @Test
  void floatsSurviveTheirDigits() {
    Random random = new Random(1);
    float[] floats = new float[200_000];
    List<Double> read = new ArrayList<>();
    for (int i = 0; i < floats.length; i++) {
      do {
        floats[i] = Float.intBitsToFloat(random.nextInt());
      } while (!Float.isFinite(floats[i]));
      read.add(Double.parseDouble(Float.toString(floats[i])));
    }
    assertArrayEquals(floats, Learned.of(Map.of("x", read)).floats("x"));
  }

  @Test
  void otherValuesAreRefused() {
    assertTrue(assertThrows(
            IllegalArgumentException.class,
            () -> Learned.of(Map.of("a", Arrays.asList(1, new StringBuilder()))))
        .getMessage()
        .startsWith("\"a\" is a java.lang.StringBuilder; what is learned has to be numbers"));
    assertThrows(IllegalArgumentException.class, () -> Learned.builder().put("a", (String) null));
  }
}
