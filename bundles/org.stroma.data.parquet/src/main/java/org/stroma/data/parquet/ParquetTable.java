/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.parquet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.stroma.api.data.AbsentDataException;
import org.stroma.api.data.DataException;

/** A Parquet file whose columns are read one after another. */
final class ParquetTable implements Closeable {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Takes the values of a column, row by row. */
  interface Column {
    /**
     * Takes a value.
     *
     * @param reader stands at the value
     * @param row from 0
     */
    void value(ColumnReader reader, int row);

    /** There is no value in a row. */
    default void missing(int row) {
      // mostly nothing is to be done
    }
  }

  private final Path path;
  private final ParquetFileReader reader;
  private final MessageType schema;

  private ParquetTable(Path path, ParquetFileReader reader) {
    this.path = path;
    this.reader = reader;
    schema = reader.getFileMetaData().getSchema();
  }

  /**
   * Reads from a file.
   *
   * @throws DataException where it does not exist, is none, or is damaged
   */
  static <T> T read(Path path, Function<ParquetTable, T> use) {
    if (!Files.isRegularFile(path)) {
      throw Files.isDirectory(path)
          ? new DataException(path
              + " is a folder; of a data set of several Parquet files make one, as by pyarrow's "
              + "pq.write_table(pq.read_table(folder), file)")
          : new AbsentDataException("there is no file " + path);
    }
    if (!Files.isReadable(path)) {
      throw new DataException(path + " cannot be read: its permissions forbid it");
    }
    try {
      begins(path);
      var options = ParquetReadOptions.builder(new PlainParquetConfiguration())
          .withCodecFactory(new Codecs())
          .usePageChecksumVerification()
          .build();
      try (ParquetTable table =
          new ParquetTable(path, ParquetFileReader.open(new LocalInputFile(path), options))) {
        return use.apply(table);
      }
    } catch (DataException e) {
      throw e;
    } catch (OutOfMemoryError e) {
      throw new DataException(
          path + " takes more memory than Java may use, "
              + (Runtime.getRuntime().maxMemory() >> 20)
              + " MB, or is damaged; STROMA_JAVA_OPTS=-Xmx gives it more",
          e);
    } catch (IOException | RuntimeException e) {
      // what the library says names its classes
      throw new DataException(
          path
              + " is damaged, or no Parquet file that can be read; copy it again, or write it anew",
          e);
    }
  }

  private static void begins(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      String start = new String(in.readNBytes(4), StandardCharsets.ISO_8859_1);
      if (start.equals("PARE")) {
        throw new DataException(path + " is encrypted; write it without");
      } else if (!start.equals("PAR1")) {
        throw new DataException(
            path
                + (start.isEmpty()
                    ? " is empty"
                    : " is no Parquet file: it does not begin with PAR1; tables of text are read by csv-matrix"));
      }
    }
  }

  /** How many rows there are. */
  int rows() {
    long rows = reader.getRecordCount();
    if (rows < 0 || rows > Integer.MAX_VALUE) {
      throw new DataException(path + " holds " + rows + " rows, more than can be read");
    }
    return (int) rows;
  }

  /** The columns, in order; those that hold lists or records are among them. */
  List<Type> columns() {
    return schema.getFields();
  }

  /** The columns that pandas wrote its index into. */
  List<String> pandasIndex() {
    String told = reader.getFileMetaData().getKeyValueMetaData().get("pandas");
    List<String> names = new ArrayList<>();
    try {
      JsonNode index = MAPPER.readTree(told == null ? "{}" : told).path("index_columns");
      // numbers that just count are told without a column
      index.forEach(each -> {
        if (each.isTextual() && schema.containsField(each.textValue())) {
          names.add(each.textValue());
        }
      });
    } catch (JsonProcessingException e) {
      return List.of();
    }
    return names;
  }

  /** Reads columns, each whole for a part of the rows, in the order in which the file has them. */
  void each(List<Integer> wanted, List<Column> columns) {
    List<ColumnDescriptor> descriptors = new ArrayList<>();
    for (int column : wanted) {
      descriptors.add(schema.getColumnDescription(new String[] {schema.getFieldName(column)}));
    }
    MessageType requested =
        new MessageType(schema.getName(), wanted.stream().map(schema::getType).toList());
    reader.setRequestedSchema(requested);
    int from = 0;
    try {
      for (PageReadStore pages = reader.readNextRowGroup();
          pages != null;
          pages = reader.readNextRowGroup()) {
        int count = Math.toIntExact(pages.getRowCount());
        ColumnReadStoreImpl store = new ColumnReadStoreImpl(
            pages, new Nowhere(), requested, reader.getFileMetaData().getCreatedBy());
        for (int i = 0; i < wanted.size(); i++) {
          read(store.getColumnReader(descriptors.get(i)), columns.get(i), from, count);
        }
        from += count;
      }
    } catch (DataException e) {
      throw new DataException(path + " " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (from != rows()) {
      throw new DataException(
          path + " is damaged: it holds " + from + " rows, and tells of " + rows());
    }
  }

  private static void read(ColumnReader values, Column column, int from, int count) {
    int defined = values.getDescriptor().getMaxDefinitionLevel();
    for (int row = from; row < from + count; row++) {
      if (values.getCurrentDefinitionLevel() < defined) {
        column.missing(row);
      } else {
        column.value(values, row);
      }
      values.consume();
    }
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  /** The library wants to know where to put values even where they are asked for. */
  private static final class Nowhere extends GroupConverter {
    @Override
    public Converter getConverter(int field) {
      return new PrimitiveConverter() {};
    }

    @Override
    public void start() {
      // nothing is put together
    }

    @Override
    public void end() {
      // nothing is put together
    }
  }
}
