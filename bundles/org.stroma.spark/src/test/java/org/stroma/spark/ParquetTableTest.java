/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetTableTest {
  @TempDir
  private Path folder;

  @Test
  void numbersAreThoseOfTheTableAndTextStaysText() throws Exception {
    Path csv = folder.resolve("predictions.csv");
    Files.writeString(
        csv,
        """
        patient,os.risk,os.survival.390,grade.1,"grade.2 ""b"", `c`",grade.predicted
        001,-0.016232232167704464,0.9672070741653442,1.0E-45,0.5,1
        "a, ""b""\",4.9E-324,,NaN,-Infinity,2
        """);
    SparkConf conf = new SparkConf()
        .setMaster("local[1]")
        .setAppName("table")
        .set("spark.ui.enabled", "false")
        .set("spark.driver.bindAddress", "127.0.0.1")
        .set("spark.driver.host", "127.0.0.1");
    try (JavaSparkContext context = new JavaSparkContext(conf)) {
      Path table = folder.resolve("risk" + ParquetTable.ENDING);
      ParquetTable.write(csv, table);
      var read =
          SparkSession.builder().getOrCreate().read().parquet(table.toUri().toString());
      assertEquals(
          List.of(
              "patient",
              "os.risk",
              "os.survival.390",
              "grade.1",
              "grade.2 \"b\", `c`",
              "grade.predicted"),
          Arrays.asList(read.columns()));
      List<Row> rows = read.collectAsList();
      assertEquals(2, rows.size());
      Row first = rows.get(0);
      assertEquals("001", first.getString(0));
      assertEquals(-0.016232232167704464, first.getDouble(1));
      assertEquals(1.0E-45, first.getDouble(3));
      assertEquals("1", first.getString(5));
      Row second = rows.get(1);
      assertEquals("a, \"b\"", second.getString(0));
      assertEquals(Double.MIN_VALUE, second.getDouble(1));
      assertTrue(second.isNullAt(2));
      assertTrue(Double.isNaN(second.getDouble(3)));
      assertEquals(Double.NEGATIVE_INFINITY, second.getDouble(4));
    }
  }
}
