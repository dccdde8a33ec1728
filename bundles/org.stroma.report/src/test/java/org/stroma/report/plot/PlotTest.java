/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PlotTest {
  @Test
  void ticksAreAtNumbersThatPeopleLike() {
    assertEquals(
        List.of(0.0, 1000.0, 2000.0, 3000.0, 4000.0), Axis.of("t", 0, 4673).ticks());
    Axis axis = Axis.around("x", 37, 140);
    assertEquals(20, axis.least());
    assertEquals(140, axis.most());
    assertEquals(List.of("0.0", "0.2"), texts(Axis.unit("u")).subList(0, 2));
    assertEquals("20%", texts(Axis.share("s")).get(1));
    assertEquals("0.000001", texts(Axis.of("x", 1e-6, 8e-6)).get(0));
  }

  private static List<String> texts(Axis axis) {
    return axis.ticks().stream().map(axis::text).toList();
  }

  @Test
  void anAxisHasALengthWhateverTheData() {
    Random random = new Random(3);
    for (int i = 0; i < 2000; i++) {
      double size = Math.pow(10, random.nextInt(30) - 15);
      double a = random.nextGaussian() * size;
      double b = random.nextInt(5) == 0 ? a : random.nextGaussian() * size;
      Axis axis = Axis.around("x", Math.min(a, b), Math.max(a, b));
      assertTrue(axis.most() > axis.least(), a + " " + b);
      assertTrue(axis.least() <= Math.min(a, b) + size * 1e-9, a + " " + b + " " + axis);
      assertTrue(axis.most() >= Math.max(a, b) - size * 1e-9, a + " " + b + " " + axis);
      assertTrue(axis.ticks().size() >= 2 && axis.ticks().size() <= 12, a + " " + b + " " + axis);
    }
    assertTrue(
        Axis.around("x", Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY).most() > 0);
    assertTrue(Axis.of("x", 0, Double.NaN).most() > 0);
  }

  @Test
  void aPlotSaysWhatItIsAndStaysWithinItsFrame() {
    String svg = new Plot("A <title>", "What & why", Axis.of("x", 0, 10), Axis.of("y", 0, 1))
        .line("a \"line\"", Ink.BLUE, new double[] {0, 5, 99}, new double[] {0, Double.NaN, 7})
        .steps("steps", Ink.ORANGE, new double[] {0, 1, 2}, new double[] {1, 0.5, 0.2})
        .band(Ink.BLUE, new double[] {0, 1}, new double[] {0, 0}, new double[] {1, 1}, true)
        .points("", Ink.GREEN, new double[] {1}, new double[] {Double.NaN}, 3)
        .counts("At risk", "low", Ink.BLUE, List.of("9", "8"))
        .drawn()
        .toString();
    assertTrue(svg.contains("role=\"img\""), svg);
    assertTrue(svg.contains("<title>A &lt;title&gt;</title><desc>What &amp; why</desc>"), svg);
    assertFalse(svg.contains("NaN"), svg);
    Matcher path = Pattern.compile(" d=\"([^\"]*)\"").matcher(svg);
    int paths = 0;
    while (path.find()) {
      paths++;
      for (String pair : path.group(1).split("[MLZ]")) {
        if (!pair.isEmpty()) {
          double x = Double.parseDouble(pair.split(" ")[0]);
          assertTrue(x >= 0 && x <= Svg.WIDTH, svg);
        }
      }
    }
    assertTrue(paths >= 3, svg);
  }

  @Test
  void stepsKeepTheirValueUntilTheNext() {
    String svg = new Plot("t", "d", Axis.of("x", 0, 10), Axis.of("y", 0, 1))
        .thinSteps(Ink.BLUE, new double[] {0, 5}, new double[] {1, 0})
        .drawn()
        .toString();
    Matcher path = Pattern.compile(
            "d=\"M([0-9.]+) ([0-9.]+)L([0-9.]+) ([0-9.]+)L([0-9.]+) ([0-9.]+)\"")
        .matcher(svg);
    assertTrue(path.find(), svg);
    assertEquals(path.group(2), path.group(4));
    assertEquals(path.group(3), path.group(5));
  }

  @Test
  void namesThatAreTooLongAreCutAndCanBeReadInFull() {
    String name = "x".repeat(300);
    String svg = Rows.bars("t", "d", Axis.share("s"))
        .row(name, 0.5, "1", Ink.BLUE)
        .drawn()
        .toString();
    assertTrue(svg.contains("<title>" + name + "</title>"), svg);
    assertTrue(svg.contains("…</text>"), svg);
    assertTrue(
        Flow.wrapped(List.of("a " + name), 100).stream().allMatch(line -> Svg.width(line) <= 100));
  }
}
