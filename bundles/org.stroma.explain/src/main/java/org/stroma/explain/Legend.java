/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import java.util.ArrayList;
import java.util.List;
import org.stroma.files.Csv;

/** What the colours of heat maps mean. */
final class Legend {
  private static final int STEPS = 20;

  private Legend() {}

  /** A colour each 5 percentiles. */
  static String csv() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("attention_percentile", "red", "green", "blue"));
    for (int i = 0; i <= STEPS; i++) {
      int[] c = Viridis.parts((double) i / STEPS);
      rows.add(List.of("" + 100 * i / STEPS, "" + c[0], "" + c[1], "" + c[2]));
    }
    return Csv.text(rows);
  }

  /** The same as a picture. */
  static String svg() {
    Svg svg = new Svg(
        420,
        86,
        "Colours of the heat maps",
        "Percentile of a patch's attention among the patches of the picture, from dark violet at 0, the least attended, to yellow "
            + "at 100, the most attended");
    int cells = 100;
    for (int i = 0; i < cells; i++) {
      svg.rect(10 + i * 4.0, 30, 4.2, 22, Viridis.rgb((i + 0.5) / cells));
    }
    svg.text(10, 20, "start", "Percentile of attention among the patches of the picture");
    for (int percent = 0; percent <= 100; percent += 25) {
      String anchor = percent == 0 ? "start" : percent == 100 ? "end" : "middle";
      svg.text(
          10 + percent * 4.0,
          70,
          anchor,
          percent == 0 ? "0 least" : percent == 100 ? "100 most" : "" + percent);
    }
    return svg.text();
  }
}
