/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.file.Path;
import java.util.ArrayList;
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

/** Vectors in NumPy files, [G] or [1, G] per sample; NaN is a missing value. */
@Component(
    configurationPid = NpyVectorsReader.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = NpyVectorsReader.Settings.class, factory = true)
@ReaderPart("npy-vectors")
@ReaderGives(ReaderGives.Kind.VECTORS)
public final class NpyVectorsReader implements Reader {
  static final String PID = "org.stroma.data.arrays.npyvectors";

  /** Settings of the reader. */
  @ObjectClassDefinition(
      name = "Vectors in NumPy files",
      description = "A vector a sample, such as its genes")
  public @interface Settings {
    @AttributeDefinition(
        description =
            "the samples' files, with columns in braces, such as genomic/{patient_id}.npy")
    String path();

    @AttributeDefinition(
        description = "whether a file that is not there means that the sample lacks it")
    boolean absentFiles() default false;

    @AttributeDefinition(
        description = "what numbers are that are stored as integers",
        options = {
          @Option(label = "the numbers that they are", value = ElementType.NUMBERS),
          @Option(label = "the bits of bfloat16", value = ElementType.BFLOAT16)
        })
    String integers() default ElementType.NUMBERS;
  }

  private final Settings settings;

  @Activate
  public NpyVectorsReader(Settings settings) {
    this.settings = settings;
  }

  @Override
  public ModalityData read(ReadContext context) {
    List<Path> uint16Files = new ArrayList<>();
    ModalityData.Matrix vectors =
        VectorFiles.read(context, settings.path(), "", settings.absentFiles(), false, path -> {
          NpyFile file = NpyFile.open(path);
          if (file.elementType().kind() == ElementType.Kind.UINT16
              && settings.integers().equals(ElementType.NUMBERS)) {
            uint16Files.add(path);
          }
          return vector(file);
        });
    if (!uint16Files.isEmpty()) {
      context.note(uint16Files.size() + (uint16Files.size() == 1 ? " file holds" : " files hold")
          + " uint16, such as " + uint16Files.get(0)
          + ", read as whole numbers; bfloat16 is often stored so: if this is, set integers to "
          + ElementType.BFLOAT16);
    }
    return vectors;
  }

  private double[] vector(NpyFile file) {
    if (file.size() == 0) {
      throw new DataException(
          file.file() + " has the shape " + file.shown() + "; it has to be one vector");
    }
    ElementType elementType =
        file.elementType().features(file.file().toString(), settings.integers());
    return new NpyFile(file.stamp(), file.shape(), elementType, file.address()).vector();
  }

  static NpyFile singleFile(String sample, List<Path> files) {
    if (files.size() != 1) {
      throw VectorFiles.oneFile(sample, files);
    }
    return NpyFile.open(files.get(0));
  }
}
