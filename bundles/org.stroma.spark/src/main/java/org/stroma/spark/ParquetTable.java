/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.spark;

import java.nio.file.Path;
import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * A table of predictions as Parquet, which Spark writes: {@code patient} and the predicted classes as
 * text, all else as doubles, an empty cell as null. It has the numbers of the CSV file to the bit.
 */
final class ParquetTable {
  /** How a result is named that is wanted as Parquet. */
  static final String ENDING = ".parquet";

  private static final String PATIENT = "patient";
  private static final String PREDICTED_CLASS = ".predicted";

  private ParquetTable() {}

  /**
   * Writes a folder of Parquet files.
   *
   * @param csv a table of predictions, which executors see too
   * @param folder is not there yet
   */
  static void write(Path csv, Path folder) {
    // of the context that there is
    SparkSession session = SparkSession.builder().getOrCreate();
    Dataset<Row> cells = session
        .read()
        .option("header", "true")
        .option("multiLine", "true")
        .option("escape", "\"")
        .csv(csv.toUri().toString());
    Column[] columns =
        Arrays.stream(cells.columns()).map(ParquetTable::typed).toArray(Column[]::new);
    cells.select(columns).write().parquet(folder.toUri().toString());
  }

  private static Column typed(String name) {
    // a point in a name is no path into a structure
    Column column = functions.col("`" + name.replace("`", "``") + "`");
    return name.equals(PATIENT) || name.endsWith(PREDICTED_CLASS)
        ? column
        : column.cast(DataTypes.DoubleType).as(name);
  }
}
