/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import com.sun.management.OperatingSystemMXBean;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.Table;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.TestCohort;

/** Reads a table by one of several ways, and prints cells, seconds, CPU-seconds of the process: WAY FILE, where WAY is cells, matrix or columns. */
final class TablesBenchmark {
  private TablesBenchmark() {}

  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[1]).toAbsolutePath();
    long start = System.nanoTime();
    long cells =
        switch (args[0]) {
          case "cells" -> cells(file);
          case "matrix" -> matrix(file);
          default -> columns(file);
        };
    double seconds = (System.nanoTime() - start) / 1e9;
    var process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    System.out.printf(
        Locale.ROOT, "%d %.2f %.2f%n", cells, seconds, process.getProcessCpuTime() / 1e9);
  }

  /** The parser alone: looks at every cell and keeps none. */
  private static long cells(Path file) throws IOException {
    long[] cells = {0};
    long characters = 0;
    try (var reader = CsvReader.builder()
        .maxBufferSize(1 << 24)
        .build(
            CsvRecordHandler.builder().maxFields(1 << 20).maxRecordSize(1 << 26).build(), file)) {
      for (var row : reader) {
        cells[0] += row.getFieldCount();
        for (int i = 0; i < row.getFieldCount(); i++) {
          characters += row.getField(i).length();
        }
      }
    }
    return characters == 0 ? 0 : cells[0];
  }

  private static long matrix(Path file) {
    var settings = Defaults.of(
        CsvMatrixReader.Settings.class, Map.of("path", file.getFileName().toString()));
    return size((ModalityData.Matrix)
        new CsvMatrixReader(settings).read(new TestCohort(file.getParent(), null, "patient_id")));
  }

  private static long columns(Path file) {
    Table table = CsvTables.read(file, "patient_id");
    String[] numeric =
        table.columns().stream().filter(c -> c.startsWith("GENE")).toArray(String[]::new);
    var settings = Defaults.of(TableColumnsReader.Settings.class, Map.of("numeric", numeric));
    return size((ModalityData.Matrix) new TableColumnsReader(settings)
        .read(new TestCohort(file.getParent(), table, "patient_id")));
  }

  private static long size(ModalityData.Matrix matrix) {
    return (long) matrix.rows().size() * matrix.features().size();
  }
}
