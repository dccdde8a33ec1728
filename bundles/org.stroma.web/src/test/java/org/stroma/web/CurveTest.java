/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class CurveTest {
  private static Curve of(int epochs) {
    Curve curve = new Curve(List.of("loss"));
    for (int epoch = 1; epoch <= epochs; epoch++) {
      curve.add(epoch, epoch, epoch / 10.0);
    }
    return curve;
  }

  @Test
  void aShortTrainingStaysWhole() {
    JsonNode all = of(Curve.POINTS).since(-1);
    assertEquals(Curve.POINTS, all.path("epoch").size());
    assertEquals(1, all.path("epoch").path(0).asInt());
    assertEquals(0.3, all.path("values").path("loss").path(2).asDouble());
  }

  @Test
  void aLongOneIsThinnedEvenlyAndKeepsItsEnds() {
    for (int epochs : new int[] {Curve.POINTS + 1, 10 * Curve.POINTS + 3, 100_000}) {
      JsonNode points = of(epochs).since(-1).path("epoch");
      int size = points.size();
      assertTrue(size > Curve.POINTS / 2 && size <= Curve.POINTS + 1, epochs + ": " + size);
      assertEquals(1, points.path(0).asInt());
      assertEquals(epochs, points.path(size - 1).asInt());
      int step = points.path(1).asInt() - 1;
      for (int i = 1; i < size - 1; i++) {
        assertEquals(
            step, points.path(i).asInt() - points.path(i - 1).asInt(), epochs + " at " + i);
      }
    }
  }

  @Test
  void whoKnowsAVersionGetsWhatCameAfterIt() {
    Curve curve = of(1000);
    JsonNode news = curve.since(998).path("epoch");
    assertEquals(1000, news.path(news.size() - 1).asInt());
    assertTrue(news.size() <= 2, news.toString());
    assertEquals(0, curve.since(1000).path("epoch").size());
    assertTrue(curve.newer(999) && !curve.newer(1000));
  }

  @Test
  void whatIsNoNumberIsNullInJson() {
    Curve curve = new Curve(List.of("a", "b"));
    curve.add(1, 1, Double.NaN, Double.POSITIVE_INFINITY);
    assertEquals("{\"a\":[null],\"b\":[null]}", curve.since(-1).path("values").toString());
  }
}
