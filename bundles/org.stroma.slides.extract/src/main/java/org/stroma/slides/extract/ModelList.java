/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.stroma.slides.pixels.ModelEntry;
import org.stroma.slides.pixels.ModelFormat;
import org.stroma.slides.pixels.ModelRegistry;

/** The models that have a name, as a table. */
final class ModelList {
  private static final List<String> HEAD =
      List.of("name", "features", "takes", "of tokens", "patches", "file");

  private ModelList() {}

  static String of(ModelRegistry registry) {
    List<List<String>> rows = new ArrayList<>(List.of(HEAD));
    boolean found = false;
    List<String> flaws = new ArrayList<>();
    for (ModelRegistry.Known known : registry.all(flaws)) {
      ModelEntry entry = known.entry();
      found |= !known.files().isEmpty();
      rows.add(List.of(
          entry.name(),
          "" + entry.width(),
          entry.input(),
          entry.tokens().equals("none")
              ? "-"
              : entry.tokens()
                  + (entry.registers() > 0 ? ", " + entry.registers() + " registers" : ""),
          entry.patches().isEmpty() ? "-" : entry.patches(),
          file(known.files(), entry)));
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      for (int i = 0; i < row.size() - 1; i++) {
        text.append(row.get(i)).append(" ".repeat(widest(rows, i) - row.get(i).length() + 2));
      }
      text.append(row.get(row.size() - 1)).append('\n');
    }
    text.append(registry
        .folder()
        .map(folder -> "The folder of models (stroma.models) is " + folder + ".\n")
        .orElse("The folder of models (stroma.models) is not set.\n"));
    flaws.forEach(flaw -> text.append("Passed over: ").append(flaw).append(".\n"));
    if (found) {
      text.append("stroma extract SLIDES --out DIR --extractor NAME extracts with one.\n");
    }
    return text.toString();
  }

  private static int widest(List<List<String>> rows, int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }

  private static String file(Map<ModelFormat, Path> files, ModelEntry entry) {
    if (files.isEmpty()) {
      return "not there" + (entry.where().isEmpty() ? "" : "; ask for it at " + entry.where());
    }
    return String.join(", ", files.values().stream().map(Path::toString).toList());
  }
}
