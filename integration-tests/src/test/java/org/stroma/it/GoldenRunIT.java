/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Run directories that users keep: one of each version, made by its build, is read by the build of today. */
class GoldenRunIT {
  private static final Path GOLDEN = Path.of("src", "test", "golden");

  @TempDir
  private Path folder;

  @Test
  void aRunOf01IsPredictedWithVerifiedReportedAndCompared() throws Exception {
    copy(GOLDEN.resolve("run-0.1"), folder);
    copy(GOLDEN.resolve("run-0.1/run"), folder.resolve("same"));
    String predicted;
    String verified;
    String reported;
    String compared;
    try (LiveConsole console = new LiveConsole(folder, List.of())) {
      predicted = console.say("predict run cohort/patients.csv --out predicted.csv");
      verified = console.say("verify run --data cohort --tolerance 1e-6");
      reported = console.say("report run");
      compared = console.say("compare run same");
    }
    assertTrue(Files.exists(folder.resolve("predicted.csv")), predicted);
    // each patient is tested once, by the models that predict him now
    Map<String, Map<String, String>> tested = new HashMap<>();
    for (Map<String, String> row : Stroma.csv(folder.resolve("run/predictions.csv"))) {
      if (row.get("split").equals("test")) {
        tested.put(row.get("patient"), row);
      }
    }
    List<Map<String, String>> now = Stroma.csv(folder.resolve("predicted.csv"));
    assertEquals(tested.size(), now.size());
    for (Map<String, String> row : now) {
      Map<String, String> then = tested.get(row.get("patient"));
      assertEquals(7 + 1, row.size(), row.toString());
      row.forEach((column, cell) -> {
        if (column.matches(".*(risk|probability|survival).*")) {
          assertEquals(
              Double.parseDouble(then.get(column)), Double.parseDouble(cell), 1e-6, column);
        } else {
          assertEquals(then.get(column), cell, column);
        }
      });
    }
    assertTrue(
        verified.contains("checkpoints: 4 models are as written, of 2 folds")
            && verified.contains("data: all 3 files that the run read are as they were")
            && verified.contains(
                "predictions: 336 predictions of 24 patients are the same, by 1.0E-6"),
        verified);
    assertTrue(Files.readString(folder.resolve("run/report.html")).contains("golden"), reported);
    assertTrue(Files.exists(folder.resolve("run/model-card.md")), reported);
    assertTrue(compared.contains("c_index"), compared);
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> files;
    try (var all = Files.walk(from)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      Path target = to.resolve(from.relativize(file));
      Files.createDirectories(target.getParent());
      Files.copy(file, target);
    }
  }
}
