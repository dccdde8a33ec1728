/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.stroma.api.ReaderGives;
import org.stroma.api.ReaderPart;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Reader;

/**
 * A matrix of numbers in a CSV file, such as gene expression. Empty cells and the marks of
 * {@link org.stroma.api.data.MissingValues} are missing values (NaN). A patient without any value
 * lacks the modality. Patients and features are sorted by name, so the order in the file does not
 * matter.
 */
@Component(
    configurationPid = CsvMatrixReader.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = CsvMatrixReader.Settings.class, factory = true)
@ReaderPart("csv-matrix")
@ReaderGives(ReaderGives.Kind.VECTORS)
public final class CsvMatrixReader implements Reader {
  static final String PID = "org.stroma.data.csv.matrix";
  private static final String IN_COLUMNS = "patients-in-columns";

  /** Settings of the reader. */
  @ObjectClassDefinition(
      name = "CSV matrix",
      description = "Numbers by patient and feature from a CSV or TSV file")
  public @interface Settings {
    @AttributeDefinition(
        description =
            "the file, relative to the experiment, also packed by gzip; empty cells, NA and the like are missing values")
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
    return new MatrixScan(context.resolve(path), inColumns, id, context.idColumn())
        .matrix(context::note);
  }
}
