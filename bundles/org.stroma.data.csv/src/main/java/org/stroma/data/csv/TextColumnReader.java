/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import java.util.SortedMap;
import java.util.TreeMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.ReaderGives;
import org.stroma.api.ReaderPart;
import org.stroma.api.data.AbsentDataException;
import org.stroma.api.data.MissingValues;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Reader;
import org.stroma.api.data.Table;

/**
 * A column of texts. A patient whose cell is blank or a mark of a missing value lacks the modality.
 */
@Component(
    configurationPid = TextColumnReader.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = TextColumnReader.Settings.class, factory = true)
@ReaderPart("text-column")
@ReaderGives(ReaderGives.Kind.TEXTS)
public final class TextColumnReader implements Reader {
  static final String PID = "org.stroma.data.csv.text";

  /** Settings of the reader. */
  @ObjectClassDefinition(
      name = "Text column",
      description = "Texts from a column of the cohort's table")
  public @interface Settings {
    @AttributeDefinition(description = "name of the column")
    String column();

    @AttributeDefinition(
        description = "another table with the same id column; if empty, the cohort's own")
    String path() default "";
  }

  private final String column;
  private final String path;

  @Activate
  public TextColumnReader(Settings settings) {
    column = settings.column();
    path = settings.path();
  }

  @Override
  public ModalityData read(ReadContext context) {
    Table table = path.isEmpty()
        ? context.cohort()
        : CsvTables.read(context.resolve(path), context.idColumn());
    if (!table.columns().contains(column)) {
      throw new AbsentDataException(table.file() + ": there is no column \"" + column
          + "\"; the columns are " + TableScan.listed(table.columns()));
    }
    SortedMap<String, String> texts =
        new TreeMap<>(); // sorted: learning must not depend on the order of rows
    table.rows().forEach((patient, cells) -> {
      if (!MissingValues.contains(cells.get(column))) {
        texts.put(patient, cells.get(column).strip());
      }
    });
    return ModalityData.Texts.of(texts);
  }
}
