/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.stroma.training.ExportedTensors;

/** The tensors of exported models, a line each. */
final class TensorTable {
  private TensorTable() {}

  static void print(List<ExportedTensors> alike, PrintStream out) {
    for (ExportedTensors models : alike) {
      out.println(models(models.models()));
      int width = models.tensors().stream()
          .mapToInt(tensor -> tensor.name().length())
          .max()
          .orElse(1);
      for (ExportedTensors.Tensor tensor : models.tensors()) {
        out.println(String.format(
            Locale.ROOT,
            "  %-6s  %-" + width + "s  %-7s  [%s]",
            tensor.role().name().toLowerCase(Locale.ROOT),
            tensor.name(),
            tensor.type(),
            String.join(", ", tensor.shape())));
      }
    }
  }

  private static String models(List<String> names) {
    return names.size() < 3
        ? String.join(", ", names)
        : names.get(0) + " to " + names.get(names.size() - 1) + ", " + names.size() + " models";
  }
}
