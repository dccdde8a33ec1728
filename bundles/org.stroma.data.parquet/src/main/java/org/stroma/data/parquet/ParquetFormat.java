/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.parquet;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.osgi.service.component.annotations.Component;
import org.stroma.api.data.DataException;
import org.stroma.api.data.TableFormat;

/** Tables as one Parquet file: texts as strings, numbers as doubles, packed by Snappy. */
@Component
public final class ParquetFormat implements TableFormat {
  private static final String NAME = "predictions";

  @Override
  public String ending() {
    return ".parquet";
  }

  @Override
  public boolean isTable(Path file, String firstColumn) {
    try {
      return ParquetTable.read(
          file,
          table ->
              !table.columns().isEmpty() && table.columns().get(0).getName().equals(firstColumn));
    } catch (DataException e) {
      return false; // something else, or a part of one
    }
  }

  @Override
  public void write(Path csv, Predicate<String> text, Path file) throws IOException {
    try (CsvReader<CsvRecord> records = CsvReader.builder().ofCsvRecord(csv)) {
      Iterator<CsvRecord> rows = records.iterator();
      List<String> columns = rows.next().getFields();
      MessageType schema = schema(columns, text);
      try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new LocalOutputFile(file))
          .withConf(new PlainParquetConfiguration())
          .withType(schema)
          .withCodecFactory(new Codecs())
          .withCompressionCodec(CompressionCodecName.SNAPPY)
          .withPageWriteChecksumEnabled(true)
          .build()) {
        while (rows.hasNext()) {
          writer.write(group(schema, rows.next().getFields(), columns, text));
        }
      }
    }
  }

  private static MessageType schema(List<String> columns, Predicate<String> text) {
    Types.MessageTypeBuilder schema = Types.buildMessage();
    for (String column : columns) {
      if (text.test(column)) {
        schema
            .optional(PrimitiveTypeName.BINARY)
            .as(LogicalTypeAnnotation.stringType())
            .named(column);
      } else {
        schema.optional(PrimitiveTypeName.DOUBLE).named(column);
      }
    }
    return schema.named(NAME);
  }

  private static Group group(
      MessageType schema, List<String> cells, List<String> columns, Predicate<String> text) {
    Group group = new SimpleGroup(schema);
    for (int i = 0; i < columns.size(); i++) {
      String cell = cells.get(i);
      if (text.test(columns.get(i))) {
        group.add(i, cell);
      } else if (!cell.isEmpty()) {
        group.add(i, Double.parseDouble(cell));
      }
    }
    return group;
  }
}
