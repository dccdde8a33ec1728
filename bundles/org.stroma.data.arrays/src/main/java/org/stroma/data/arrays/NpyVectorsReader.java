/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.ReaderPart;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Reader;

/** A vector a sample in NumPy files, [G] or [1, G]; NaN is a missing cell. */
@Component(configurationPid = NpyVectorsReader.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = NpyVectorsReader.Settings.class, factory = true)
@ReaderPart("npy-vectors")
public final class NpyVectorsReader implements Reader {
  static final String PID = "org.stroma.data.arrays.npyvectors";

  /** What can be set. */
  @ObjectClassDefinition(name = "Vectors in NumPy files", description = "A vector a sample, such as its genes")
  public @interface Settings {
    @AttributeDefinition(description = "the samples' files, with columns in braces, such as genomic/{patient_id}.npy")
    String path();

    @AttributeDefinition(description = "whether a file that is not there means that the sample lacks it")
    boolean absentFiles() default false;
  }

  private final Settings settings;

  @Activate
  public NpyVectorsReader(Settings settings) {
    this.settings = settings;
  }

  @Override
  public ModalityData read(ReadContext context) {
    Map<String, float[]> rows = new LinkedHashMap<>();
    Path first = null;
    int width = 0;
    for (Map.Entry<String, List<Path>> sample :
        context.files(settings.path(), "", settings.absentFiles()).entrySet()) {
      NpyFile file = one(sample.getKey(), sample.getValue());
      if (file.size() == 0 || file.size() != file.shape()[file.shape().length - 1]) {
        throw new DataException(file.file() + " has the shape " + Arrays.toString(file.shape()) + "; it has to be one vector");
      }
      double[] numbers = file.numbers();
      if (first == null) {
        first = file.file();
        width = numbers.length;
      } else if (numbers.length != width) {
        throw new DataException(file.file() + " has " + numbers.length + " numbers, and " + first + " has " + width
            + "; all samples have to have the same");
      }
      float[] row = new float[width];
      boolean any = false;
      for (int i = 0; i < width; i++) {
        row[i] = (float) numbers[i];
        any |= !Float.isNaN(row[i]);
        if (Float.isInfinite(row[i])) {
          throw new DataException(file.file() + ": number " + (i + 1) + " is " + numbers[i]
              + "; it has to be finite, or NaN where it is missing");
        }
      }
      if (any) {
        rows.put(sample.getKey(), row);
      }
    }
    if (first == null) {
      throw new DataException("no sample has a file " + settings.path());
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      names.add("f" + i);
    }
    return new ModalityData.Matrix(List.copyOf(names), rows);
  }

  static NpyFile one(String sample, List<Path> files) {
    if (files.size() != 1) {
      throw new DataException("sample " + sample + " has " + files.size() + " files, such as " + files.get(0)
          + "; there has to be one");
    }
    NpyFile file = NpyFile.open(files.get(0));
    if (file.shape().length == 0) {
      throw new DataException(file.file() + " holds a single number; it has to be a vector");
    }
    return file;
  }
}
