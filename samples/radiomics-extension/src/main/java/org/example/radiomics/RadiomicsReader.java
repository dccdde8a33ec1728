/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.example.radiomics;

import de.siegmar.fastcsv.reader.*;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.*;
import org.osgi.service.metatype.annotations.*;
import org.stroma.api.ReaderPart;
import org.stroma.api.data.*;

/**
 * The features of a cohort in one CSV file, as PyRadiomics writes it in batch mode: a row a patient, a column a feature,
 * beside the columns of its input, of which the patients' ids are one, and those that say what was done
 * ({@code diagnostics_...}), which are left out. A cell with nan is a missing value.
 */
@Component(
    configurationPid = RadiomicsReader.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = RadiomicsReader.Settings.class, factory = true)
@ReaderPart("radiomics-csv")
public final class RadiomicsReader implements Reader {
  static final String PID = "org.example.radiomics.reader";

  /** What can be set. */
  @ObjectClassDefinition(name = "Radiomics CSV", description = "A table of PyRadiomics")
  public @interface Settings {
    @AttributeDefinition(description = "file with the id column, relative to the experiment")
    String path();

    @AttributeDefinition(description = "start of the features' names, such as wavelet-LLH_")
    String prefix() default "original_";
  }

  private final Settings settings;

  @Activate
  public RadiomicsReader(Settings settings) {
    this.settings = settings;
  }

  @Override
  public ModalityData read(ReadContext context) {
    Path file = context.resolve(settings.path());
    Map<String, float[]> rows = new LinkedHashMap<>();
    List<String> features = List.of();
    try (CsvReader<NamedCsvRecord> reader = CsvReader.builder().ofNamedCsvRecord(file)) {
      for (NamedCsvRecord row : reader) {
        String place = file + ": line " + row.getStartingLineNumber();
        features = row.getHeader().stream()
            .filter(name -> name.startsWith(settings.prefix()))
            .toList();
        float[] values = new float[features.size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = number(row.getField(features.get(i)), place + ", column " + features.get(i));
        }
        String patient = row.findField(context.idColumn()).map(String::strip).orElse("");
        if (patient.isEmpty() || rows.put(patient, values) != null) {
          throw new DataException(place + ", column " + context.idColumn()
              + " has to hold the id of a patient without another row");
        }
      }
    } catch (IOException | CsvParseException e) {
      throw new DataException(file + " cannot be read: " + e.getMessage(), e);
    }
    if (features.isEmpty()) {
      throw new DataException(
          file + " holds no patient with a column that starts with \"" + settings.prefix() + "\"");
    }
    return ModalityData.Matrix.of(features, rows);
  }

  private static float number(String cell, String place) {
    String text = cell.strip().replace("nan", "NaN");
    float value = text.matches("NaN|-?\\d+(\\.\\d*)?(e[-+]?\\d+)?")
        ? Float.parseFloat(text)
        : Float.POSITIVE_INFINITY;
    if (Float.isInfinite(value)) {
      throw new DataException(
          place + " holds \"" + cell + "\"; it has to be a number, or nan where it is missing");
    }
    return value;
  }
}
