/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.stroma.api.ReaderPart;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Reader;

/**
 * A matrix of numbers in a CSV file, such as expression by gene. Empty cells, NA, NaN and null are missing values
 * (NaN). A patient without a single value lacks the modality.
 */
@Component(configurationPid = CsvMatrixReader.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = CsvMatrixReader.Settings.class, factory = true)
@ReaderPart("csv-matrix")
public final class CsvMatrixReader implements Reader {
  static final String PID = "org.stroma.data.csv.matrix";
  private static final String IN_COLUMNS = "patients-in-columns";

  /** What can be set. */
  @ObjectClassDefinition(name = "CSV matrix", description = "Numbers by patient and feature from a CSV or TSV file")
  public @interface Settings {
    @AttributeDefinition(description = "the file, relative to the experiment; empty cells and NA are missing values")
    String path();

    @AttributeDefinition(
        description = "whether a patient is a row or a column",
        options = {
          @Option(label = "a row a patient", value = "patients-in-rows"),
          @Option(label = "a column a patient", value = IN_COLUMNS)
        })
    String orientation() default "patients-in-rows";

    @AttributeDefinition(
        description = "the column with the patients' ids (or, with patients in columns, the features' names); "
            + "if empty, the cohort's id column where the file has it, else the first column")
    String id() default "";
  }

  private final String path;
  private final boolean inColumns;
  private final String id;

  @Activate
  public CsvMatrixReader(Settings settings) {
    path = settings.path();
    inColumns = settings.orientation().equals(IN_COLUMNS);
    id = settings.id();
  }

  @Override
  public ModalityData read(ReadContext context) {
    CsvFile file = CsvFile.read(context.resolve(path));
    int names = id.isEmpty() ? Math.max(0, file.header().indexOf(context.idColumn())) : file.column(id);
    if (file.rows().isEmpty()) {
      throw new DataException(file.path() + " holds no " + (inColumns ? "features" : "patients") + ", only column names");
    }
    if (file.header().size() < 2) {
      throw new DataException(file.path() + " holds no " + (inColumns ? "patients" : "features") + ", only the column \""
          + file.header().get(0) + "\"");
    }
    for (int c = 0; c < file.header().size(); c++) {
      // such as the row numbers that some programs write first: they would pass for a feature
      if (c != names && file.header().get(c).isEmpty()) {
        throw new DataException(file.path() + ": column " + (c + 1) + " has no name; it has to have the name of a "
            + (inColumns ? "patient" : "feature") + " or to go");
      }
    }
    Map<String, float[]> rows = inColumns ? columns(file, names) : rows(file, names);
    List<String> features = new ArrayList<>();
    if (inColumns) {
      file.rows().forEach(row -> features.add(row.cells().get(names).strip()));
    } else {
      features.addAll(file.header());
      features.remove(names);
    }
    rows.values().removeIf(CsvMatrixReader::empty);
    return new ModalityData.Matrix(List.copyOf(features), rows);
  }

  private static Map<String, float[]> rows(CsvFile file, int names) {
    Map<String, float[]> rows = new LinkedHashMap<>();
    Map<String, Long> lines = new HashMap<>();
    for (CsvFile.Row row : file.rows()) {
      String patient = CsvTables.patient(file, row, names, lines);
      float[] values = new float[file.header().size() - 1];
      for (int c = 0, k = 0; c < file.header().size(); c++) {
        if (c != names) {
          String feature = file.header().get(c);
          values[k++] = CsvFile.number(
              file.path(),
              () -> "line " + row.line() + " (patient " + patient + "), column " + feature,
              row.cells().get(c));
        }
      }
      rows.put(patient, values);
    }
    return rows;
  }

  private static Map<String, float[]> columns(CsvFile file, int names) {
    Map<String, float[]> rows = new LinkedHashMap<>();
    Map<String, Long> lines = new HashMap<>();
    for (CsvFile.Row row : file.rows()) {
      String feature = row.cells().get(names).strip();
      if (feature.isEmpty()) {
        throw new DataException(file.path() + ": line " + row.line() + " has no feature name in column "
            + (file.header().get(names).isEmpty() ? names + 1 : file.header().get(names)));
      }
      Long before = lines.put(feature, row.line());
      if (before != null) {
        throw new DataException(file.path() + ": feature " + feature + " stands on line " + before + " and on line "
            + row.line() + "; there has to be one row a feature");
      }
    }
    for (int c = 0; c < file.header().size(); c++) {
      if (c == names) {
        continue;
      }
      String patient = file.header().get(c);
      float[] values = new float[file.rows().size()];
      for (int r = 0; r < values.length; r++) {
        CsvFile.Row row = file.rows().get(r);
        values[r] = CsvFile.number(
            file.path(),
            () -> "line " + row.line() + " (feature " + row.cells().get(names).strip() + "), column " + patient,
            row.cells().get(c));
      }
      rows.put(patient, values);
    }
    return rows;
  }

  static boolean empty(float[] row) {
    for (float value : row) {
      if (!Float.isNaN(value)) {
        return false;
      }
    }
    return true;
  }
}
