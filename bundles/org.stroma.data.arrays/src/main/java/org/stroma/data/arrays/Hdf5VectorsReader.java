/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.stroma.api.ReaderGives;
import org.stroma.api.ReaderPart;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Reader;

/**
 * Vectors in HDF5 files, [D] or [1, D] in the dataset {@code features}, such as the slide embeddings of TITAN, PRISM or CHIEF that TRIDENT
 * writes. Of a sample with several files the mean counts, if that is asked for. NaN is a missing value.
 */
@Component(
    configurationPid = Hdf5VectorsReader.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = Hdf5VectorsReader.Settings.class, factory = true)
@ReaderPart("hdf5-vectors")
@ReaderGives(ReaderGives.Kind.VECTORS)
public final class Hdf5VectorsReader implements Reader {
  static final String PID = "org.stroma.data.arrays.hdf5vectors";

  private static final String REFUSED = "refused";
  private static final String MEAN = "mean";

  /** Settings of the reader. */
  @ObjectClassDefinition(
      name = "Vectors in HDF5 files",
      description = "A vector a file, such as the embeddings of slides that TRIDENT writes")
  public @interface Settings {
    @AttributeDefinition(
        description = "the files, with columns in braces, such as embeddings/{slide_id}.h5")
    String path();

    @AttributeDefinition(
        description =
            "a CSV file with a row a slide, for patients with several; if empty, the cohort's own")
    String table() default "";

    @AttributeDefinition(
        description = "whether a file that is not there means that the sample lacks it")
    boolean absentFiles() default false;

    @AttributeDefinition(description = "the dataset; if empty, features")
    String features() default "";

    @AttributeDefinition(
        description =
            "what becomes of a sample with several files, such as a patient with several slides",
        options = {
          @Option(label = "it is refused", value = REFUSED),
          @Option(label = "the mean of its vectors is taken", value = MEAN)
        })
    String several() default REFUSED;

    @AttributeDefinition(
        description =
            "what numbers are that are stored as integers: bfloat16 is often stored as uint16, which can be read "
                + "as numbers without an error",
        options = {
          @Option(label = "refused", value = ElementType.REFUSED),
          @Option(label = "the numbers that they are", value = ElementType.NUMBERS),
          @Option(label = "the bits of bfloat16", value = ElementType.BFLOAT16)
        })
    String integers() default ElementType.REFUSED;
  }

  private final Settings settings;

  @Activate
  public Hdf5VectorsReader(Settings settings) {
    this.settings = settings;
  }

  @Override
  public ModalityData read(ReadContext context) {
    return VectorFiles.read(
        context,
        settings.path(),
        settings.table(),
        settings.absentFiles(),
        settings.several().equals(MEAN),
        path -> Hdf5File.read(path, file -> vector(path, file)));
  }

  private double[] vector(Path path, Hdf5File file) {
    String name = settings.features().isEmpty() ? "features" : settings.features();
    Hdf5Dataset dataset = file.find(List.of(name));
    if (dataset == null) {
      throw new DataException(path + " has no dataset " + name + "; " + file.datasets()
          + "; the setting features names the one that holds the vector");
    }
    // [D] has rows of one number, [1, D] one row
    if (dataset.empty() || dataset.rows() != 1 && dataset.shape().length != 1) {
      throw new DataException(dataset.label() + " has the shape " + Arrays.toString(dataset.shape())
          + "; it has to be one vector"
          + (dataset.rows() > 1 ? ": many are patches, which hdf5-patches reads" : ""));
    }
    return file.rows(dataset, dataset.elementType().features(dataset.label(), settings.integers()))
        .numbers();
  }
}
