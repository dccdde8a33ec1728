/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.stroma.api.data.TableFormat;
import org.stroma.files.AtomicFiles;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.run.OutputFile;

/** Predictions in the form that the name of their file asks for: CSV, or what a service writes. */
final class FormattedTable {
  private static final String PATIENT = "patient";
  private static final String PREDICTED_CLASS = ".predicted";
  /** Programs open files so called as what they are not. */
  private static final List<String> NO_TEXT = List.of(".parquet", ".xlsx", ".xls", ".feather");

  private FormattedTable() {}

  /**
   * Writes a table.
   *
   * @param formats that are installed
   * @param csv writes the table to the file that it is given
   * @throws FaultsException where something else lies at the place, or its name asks for what nobody writes
   */
  static void write(Path out, List<TableFormat> formats, Consumer<Path> csv) {
    String name =
        out.getFileName() == null ? "" : out.getFileName().toString().toLowerCase(Locale.ROOT);
    TableFormat format = formats.stream()
        .filter(each -> name.endsWith(each.ending()))
        .findFirst()
        .orElse(null);
    if (format == null) {
      NO_TEXT.stream().filter(name::endsWith).findFirst().ifPresent(ending -> {
        throw new FaultsException(
            List.of(
                new Fault(
                    "",
                    "--out " + out + " ends with " + ending
                        + ", and no installed bundle writes such; predictions are CSV, such as FILE.csv")),
            false);
      });
      csv.accept(out);
      return;
    }
    OutputFile.check("--out", out, file -> format.isTable(file, PATIENT));
    Path target = out.toAbsolutePath().normalize();
    AtomicFiles.inFolderBeside(target, folder -> {
      Path text = folder.resolve("predictions.csv");
      csv.accept(text);
      AtomicFiles.replace(
          target,
          partial -> format.write(
              text, column -> column.equals(PATIENT) || column.endsWith(PREDICTED_CLASS), partial));
    });
  }
}
