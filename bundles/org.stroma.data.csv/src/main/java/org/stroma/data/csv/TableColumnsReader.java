/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.ReaderGives;
import org.stroma.api.ReaderPart;
import org.stroma.api.data.AbsentDataException;
import org.stroma.api.data.DataException;
import org.stroma.api.data.MissingValues;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.Problems;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Reader;
import org.stroma.api.data.Table;

/**
 * Columns of a table as numbers: numeric ones unchanged, ordinal ones as ranks from 0, categorical
 * ones one-hot encoded. A patient for whom all columns are missing lacks the modality. A declared
 * level counts as a level even if it is otherwise a mark of a missing value, such as "unknown".
 */
@Component(
    configurationPid = TableColumnsReader.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = TableColumnsReader.Settings.class, factory = true)
@ReaderPart("table-columns")
@ReaderGives(ReaderGives.Kind.VECTORS)
public final class TableColumnsReader implements Reader {
  static final String PID = "org.stroma.data.csv.columns";

  /** Settings of the reader. */
  @ObjectClassDefinition(
      name = "Table columns",
      description = "Columns of the cohort's table as numbers")
  public @interface Settings {
    @AttributeDefinition(description = "names of columns with numbers")
    String[] numeric() default {};

    @AttributeDefinition(
        description = "columns with ordered levels, lowest first, each as COLUMN=LEVEL|LEVEL|...")
    String[] ordinal() default {};

    @AttributeDefinition(
        description = "columns with levels without an order, each as COLUMN=LEVEL|LEVEL|...")
    String[] categorical() default {};

    @AttributeDefinition(
        description = "another table with the same id column; if empty, the cohort's own")
    String path() default "";
  }

  private record Levels(String column, List<String> levels) {}

  private final List<String> numeric;
  private final List<Levels> ordinal;
  private final List<Levels> categorical;
  private final String path;

  @Activate
  public TableColumnsReader(Settings settings) {
    numeric = List.of(settings.numeric());
    ordinal = levels("ordinal", settings.ordinal());
    categorical = levels("categorical", settings.categorical());
    path = settings.path();
    if (numeric.isEmpty() && ordinal.isEmpty() && categorical.isEmpty()) {
      throw new IllegalArgumentException(
          "table-columns names no column; give numeric, ordinal or categorical");
    }
    Set<String> seen = new HashSet<>();
    Stream.concat(
            numeric.stream(),
            Stream.concat(ordinal.stream(), categorical.stream()).map(Levels::column))
        .filter(column -> !seen.add(column))
        .findFirst()
        .ifPresent(column -> {
          throw new IllegalArgumentException(
              "table-columns names column \"" + column + "\" twice; once is enough");
        });
  }

  private static List<Levels> levels(String setting, String[] declarations) {
    List<Levels> declared = new ArrayList<>();
    for (String declaration : declarations) {
      int equals = declaration.indexOf(
          '='); // the first: levels such as <=2 are likelier than columns with =
      List<String> levels = equals < 1
          ? List.of()
          : Arrays.stream(declaration.substring(equals + 1).split("\\|"))
              .map(String::strip)
              .toList();
      if (levels.size() < 2
          || levels.contains("")
          || levels.stream().distinct().count() < levels.size()) {
        throw new IllegalArgumentException(setting + " is \"" + declaration
            + "\"; it has to be COLUMN=LEVEL|LEVEL|... with two or more levels");
      }
      declared.add(new Levels(declaration.substring(0, equals).strip(), levels));
    }
    return List.copyOf(declared);
  }

  @Override
  public ModalityData read(ReadContext context) {
    Table table = path.isEmpty()
        ? context.cohort()
        : CsvTables.read(context.resolve(path), context.idColumn());
    require(table);
    List<String> features = features();
    NumericColumns numbers = new NumericColumns(table, numeric);
    Problems problems = new Problems();
    SortedMap<String, float[]> rows = new TreeMap<>();
    table.rows().forEach((patient, cells) -> {
      float[] row = new float[features.size()];
      numbers.read(patient, cells, row, problems);
      levels(table, patient, cells, row, problems);
      if (!MissingValues.all(row)) {
        rows.put(patient, row);
      }
    });
    Problems all = new Problems();
    numbers.thousands(all);
    all.check(problems::throwIfAny);
    all.throwIfAny();
    return ModalityData.Matrix.of(features, rows);
  }

  private List<String> features() {
    List<String> features = new ArrayList<>(numeric);
    ordinal.forEach(o -> features.add(o.column()));
    categorical.forEach(c -> c.levels().forEach(level -> features.add(c.column() + "=" + level)));
    return List.copyOf(features);
  }

  /** The values after those of the numeric columns. */
  private void levels(
      Table table, String patient, Map<String, String> cells, float[] row, Problems problems) {
    int k = numeric.size();
    for (Levels levels : ordinal) {
      int level = level(table, patient, levels, cells.get(levels.column()), problems);
      row[k++] = level < 0 ? Float.NaN : level;
    }
    for (Levels levels : categorical) {
      int level = level(table, patient, levels, cells.get(levels.column()), problems);
      for (int i = 0; i < levels.levels().size(); i++) {
        row[k++] = level < 0 ? Float.NaN : i == level ? 1 : 0;
      }
    }
  }

  /**
   * Checks that the columns exist. If none does, the table lacks the modality; if only some do,
   * their names are probably misspelt.
   */
  private void require(Table table) {
    List<String> required = Stream.concat(
            numeric.stream(),
            Stream.concat(ordinal.stream(), categorical.stream()).map(Levels::column))
        .toList();
    Set<String> columns = Set.copyOf(table.columns());
    List<String> absent =
        required.stream().filter(column -> !columns.contains(column)).toList();
    if (absent.isEmpty()) {
      return;
    }
    String message =
        table.file() + ": there is no column \"" + String.join("\" and no column \"", absent)
            + "\"; the columns are " + TableScan.listed(table.columns());
    throw absent.size() == required.size()
        ? new AbsentDataException(message)
        : new DataException(message);
  }

  static String place(Table table, String patient, String column) {
    return table.file() + ": " + CsvTables.place(table, patient) + ", column " + column + " ";
  }

  /**
   * Index of the cell's level; -1 if missing. Declared levels take precedence over the marks of
   * missing values.
   */
  private static int level(
      Table table, String patient, Levels levels, String cell, Problems problems) {
    int level = levels.levels().indexOf(cell.strip());
    if (level < 0 && !MissingValues.contains(cell)) {
      problems.add(place(table, patient, levels.column()) + "holds \"" + cell.strip()
          + "\"; the levels declared are " + String.join(", ", levels.levels()));
    }
    return level;
  }
}
