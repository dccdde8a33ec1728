/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.parquet;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.stroma.api.ReaderGives;
import org.stroma.api.ReaderPart;
import org.stroma.api.data.AbsentDataException;
import org.stroma.api.data.DataException;
import org.stroma.api.data.MissingValues;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.Problems;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Reader;

/** Numbers by patient and feature from a Parquet file; null and NaN are missing values. */
@Component(
    configurationPid = ParquetMatrixReader.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ParquetMatrixReader.Settings.class, factory = true)
@ReaderPart("parquet-matrix")
@ReaderGives(ReaderGives.Kind.VECTORS)
public final class ParquetMatrixReader implements Reader {
  static final String PID = "org.stroma.data.parquet.matrix";
  private static final String IN_COLUMNS = "patients-in-columns";
  private static final int NUMBER = Float.BYTES;

  /** Settings of the reader. */
  @ObjectClassDefinition(
      name = "Parquet matrix",
      description = "Numbers by patient and feature from a Parquet file")
  public @interface Settings {
    @AttributeDefinition(
        description = "the file, relative to the experiment; null and NaN are missing values")
    String path();

    @AttributeDefinition(
        description = "whether a patient is a row or a column",
        options = {
          @Option(label = "a row a patient", value = "patients-in-rows"),
          @Option(label = "a column a patient", value = IN_COLUMNS)
        })
    String orientation() default "patients-in-rows";

    @AttributeDefinition(
        description =
            "the column with the patients' ids (or, with patients in columns, the features' names); "
                + "if empty, the cohort's id column where the file has it, else the index that pandas wrote, else the first column")
    String id() default "";
  }

  private final Settings settings;
  private final boolean inColumns;

  @Activate
  public ParquetMatrixReader(Settings settings) {
    this.settings = settings;
    inColumns = settings.orientation().equals(IN_COLUMNS);
  }

  @Override
  public ModalityData read(ReadContext context) {
    Path path = context.resolve(settings.path());
    return ParquetTable.read(path, table -> matrix(path, table, context.idColumn()));
  }

  private ModalityData.Matrix matrix(Path path, ParquetTable table, String cohortId) {
    List<Type> columns = table.columns();
    List<String> columnNames = columns.stream().map(Type::getName).toList();
    List<String> index = table.pandasIndex();
    int id = id(path, columnNames, index, cohortId);
    int rowCount = table.rows();
    // by name: the order of the file does not matter, as with other tables
    List<Integer> order = IntStream.range(0, columns.size())
        .filter(c -> c != id && !index.contains(columnNames.get(c)))
        .boxed()
        .sorted(Comparator.comparing(columnNames::get))
        .toList();
    if (rowCount == 0 || order.isEmpty()) {
      throw new AbsentDataException(path + " holds " + rowCount + " rows, and " + order.size()
          + " columns beside \"" + columnNames.get(id) + "\"");
    }
    require(path, rowCount, order.size());
    float[][] byColumn = new float[inColumns ? order.size() : 0][];
    float[][] byRow = new float[inColumns ? 0 : rowCount][];
    Arrays.setAll(byColumn, c -> new float[rowCount]);
    Arrays.setAll(byRow, r -> new float[order.size()]);
    Problems problems = new Problems();
    String[] rowNames = new String[rowCount];
    List<ParquetTable.Column> sinks = new ArrayList<>();
    List<Integer> wanted = new ArrayList<>(List.of(id));
    sinks.add(names(path, columns.get(id), rowNames));
    for (int i = 0; i < order.size(); i++) {
      int at = i;
      Type type = columns.get(order.get(i));
      ToDoubleFunction<ColumnReader> numbers = numbers(path, type, problems);
      if (numbers != null) {
        wanted.add(order.get(i));
        sinks.add(new Numbers(
            path,
            type.getName(),
            numbers,
            inColumns ? (r, v) -> byColumn[at][r] = v : (r, v) -> byRow[r][at] = v,
            problems));
      }
    }
    problems.throwIfAny();
    table.each(wanted, sinks);
    check(path, columnNames.get(id), rowNames, problems);
    problems.throwIfAny();
    List<String> names = order.stream().map(columnNames::get).toList();
    return inColumns ? byPatient(path, names, byColumn, rowNames) : rows(names, byRow, rowNames);
  }

  private int id(Path path, List<String> columns, List<String> index, String cohortId) {
    if (columns.isEmpty()) {
      throw new AbsentDataException(path + " holds no columns");
    }
    String wanted = settings.id();
    if (wanted.isEmpty() && columns.contains(cohortId)) {
      wanted = cohortId;
    } else if (wanted.isEmpty() && index.size() > 1) {
      throw new DataException(path + " has an index of several columns, "
          + String.join(", ", index) + "; name the one with the "
          + (inColumns ? "features' names" : "patients' ids") + " by \"id\"");
    } else if (wanted.isEmpty()) {
      wanted = index.isEmpty() ? columns.get(0) : index.get(0);
    }
    int id = columns.indexOf(wanted);
    if (id < 0) {
      throw new DataException(path + " has no column \"" + wanted + "\"; it has "
          + String.join(", ", columns.subList(0, Math.min(Problems.TOLD, columns.size())))
          + (columns.size() > Problems.TOLD ? ", ..." : ""));
    }
    return id;
  }

  private static void require(Path path, int rows, int columns) {
    double needed = (double) NUMBER * rows * columns;
    long most = Runtime.getRuntime().maxMemory();
    if (needed > 0.9 * most) {
      throw new DataException(String.format(
          java.util.Locale.ROOT,
          "%s holds %d x %d numbers, %.1f GB, and Java may use %.1f GB in all; start Stroma with STROMA_JAVA_OPTS=-Xmx%.0fg, or more",
          path,
          rows,
          columns,
          needed / (1 << 30),
          (double) most / (1 << 30),
          Math.ceil(3 * needed / (1 << 30))));
    }
  }

  /** A column that gives names. */
  private static ParquetTable.Column names(Path path, Type type, String[] names) {
    if (!type.isPrimitive()
        || type.isRepetition(Type.Repetition.REPEATED)
        || !Values.names(type.asPrimitiveType())) {
      throw new DataException(path + ": column \"" + type.getName() + "\" holds " + words(type)
          + "; names are texts or whole numbers: name another column by \"id\"");
    }
    PrimitiveType primitive = type.asPrimitiveType();
    return (reader, row) -> names[row] = Values.name(primitive, reader).strip();
  }

  /** How numbers are read; null, and a problem, where there are none. */
  private static ToDoubleFunction<ColumnReader> numbers(Path path, Type type, Problems problems) {
    ToDoubleFunction<ColumnReader> numbers =
        type.isPrimitive() && !type.isRepetition(Type.Repetition.REPEATED)
            ? Values.numbers(type.asPrimitiveType()).orElse(null)
            : null;
    if (numbers == null) {
      problems.add(path + ": column \"" + type.getName() + "\" holds " + words(type)
          + "; a matrix holds numbers: write it without that column, or as numbers");
    }
    return numbers;
  }

  private static String words(Type type) {
    return type.isPrimitive() && !type.isRepetition(Type.Repetition.REPEATED)
        ? Values.words(type.asPrimitiveType())
        : "lists or records";
  }

  private void check(Path path, String column, String[] names, Problems problems) {
    Map<String, Integer> first = new HashMap<>();
    String whose = inColumns ? "feature name" : "patient id";
    for (int i = 0; i < names.length; i++) {
      String name = names[i];
      if (name == null || name.isEmpty() || MissingValues.contains(name)) {
        problems.add(path + ": row " + (i + 1) + " has no " + whose + " in column \"" + column
            + "\"" + (name == null || name.isEmpty() ? "" : ", but \"" + name + "\""));
        continue;
      }
      Integer earlier = first.putIfAbsent(name, i);
      if (earlier != null) {
        problems.add(path + ": rows " + (earlier + 1) + " and " + (i + 1) + " have both the "
            + whose + " " + name + "; there has to be one row per "
            + (inColumns ? "feature" : "patient"));
      }
    }
  }

  private static ModalityData.Matrix rows(List<String> features, float[][] rows, String[] names) {
    Map<String, float[]> vectors = new TreeMap<>();
    for (int i = 0; i < rows.length; i++) {
      if (!MissingValues.all(rows[i])) {
        vectors.put(names[i], rows[i]);
      }
    }
    return ModalityData.Matrix.of(features, vectors);
  }

  private static ModalityData.Matrix byPatient(
      Path path, List<String> patients, float[][] columns, String[] names) {
    int[] order = IntStream.range(0, names.length)
        .boxed()
        .sorted(Comparator.comparing(i -> names[i]))
        .mapToInt(i -> i)
        .toArray();
    Map<String, float[]> vectors = new TreeMap<>();
    for (int i = 0; i < columns.length; i++) {
      String patient = patients.get(i).strip();
      if (patient.isEmpty() || MissingValues.contains(patient)) {
        throw new DataException(
            path + ": a column is named \"" + patient + "\"; it has to be a patient's id");
      }
      float[] column = columns[i];
      float[] sorted = new float[order.length];
      for (int j = 0; j < order.length; j++) {
        sorted[j] = column[order[j]];
      }
      columns[i] = null;
      if (!MissingValues.all(sorted) && vectors.put(patient, sorted) != null) {
        throw new DataException(path + ": two columns are of patient " + patient);
      }
    }
    return ModalityData.Matrix.of(Arrays.stream(order).mapToObj(i -> names[i]).toList(), vectors);
  }

  /** Where a number goes. */
  private interface Target {
    void put(int row, float value);
  }

  /** A column of numbers. */
  private record Numbers(
      Path path,
      String name,
      ToDoubleFunction<ColumnReader> numbers,
      Target target,
      Problems problems)
      implements ParquetTable.Column {
    @Override
    public void value(ColumnReader reader, int row) {
      double value = numbers.applyAsDouble(reader);
      float single = (float) value;
      if (Float.isInfinite(single)) {
        problems.add(path + ": row " + (row + 1) + ", column \"" + name + "\" holds " + value
            + ", which is no number that can be used; missing values are null or NaN");
      }
      target.put(row, single);
    }

    @Override
    public void missing(int row) {
      target.put(row, Float.NaN);
    }
  }
}
