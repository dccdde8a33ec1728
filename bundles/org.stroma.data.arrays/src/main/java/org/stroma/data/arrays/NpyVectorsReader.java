/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.stroma.api.ReaderGives;
import org.stroma.api.ReaderPart;
import org.stroma.api.data.AbsentDataException;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.Problems;
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
    Problems problems = new Problems();
    Map<String, float[]> vectors = new LinkedHashMap<>();
    WidthCheck widths = new WidthCheck();
    List<Path> uint16Files = new ArrayList<>();
    context
        .files(settings.path(), "", settings.absentFiles())
        .forEach((sample, files) -> problems.check(() -> {
          NpyFile file = singleFile(sample, files);
          if (file.elementType().kind() == ElementType.Kind.UINT16
              && settings.integers().equals(ElementType.NUMBERS)) {
            uint16Files.add(file.file());
          }
          float[] vector = vector(file);
          widths.add(vector.length, file.file());
          vectors.put(sample, vector);
        }));
    int width = widths.common(problems, "numbers", "all samples have to have the same");
    problems.throwIfAny();
    if (vectors.isEmpty()) {
      throw new AbsentDataException("no sample has a file " + settings.path());
    }
    if (!uint16Files.isEmpty()) {
      context.note(uint16Files.size() + (uint16Files.size() == 1 ? " file holds" : " files hold")
          + " uint16, such as " + uint16Files.get(0)
          + ", read as whole numbers; bfloat16 is often stored so: if this is, set integers to "
          + ElementType.BFLOAT16);
    }
    // a vector of NaN only counts as missing
    vectors.values().removeIf(NpyVectorsReader::allMissing);
    return ModalityData.Matrix.of(
        IntStream.range(0, width).mapToObj(i -> "f" + i).toList(), vectors);
  }

  /** Reads a vector of finite numbers or NaN. */
  private float[] vector(NpyFile file) {
    if (file.size() == 0) {
      throw new DataException(
          file.file() + " has the shape " + file.shown() + "; it has to be one vector");
    }
    ElementType elementType =
        file.elementType().features(file.file().toString(), settings.integers());
    double[] numbers =
        new NpyFile(file.stamp(), file.shape(), elementType, file.address()).vector();
    float[] vector = new float[numbers.length];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) numbers[i];
      if (Float.isInfinite(vector[i])) {
        throw new DataException(file.file() + ": number " + (i + 1) + " is " + numbers[i]
            + "; it has to be finite and within the range of float32, or NaN where it is missing");
      }
    }
    return vector;
  }

  private static boolean allMissing(float[] vector) {
    for (float number : vector) {
      if (!Float.isNaN(number)) {
        return false;
      }
    }
    return true;
  }

  static NpyFile singleFile(String sample, List<Path> files) {
    if (files.size() != 1) {
      throw new DataException("sample " + sample + " has " + files.size() + " files, such as "
          + files.get(0) + "; there has to be one");
    }
    return NpyFile.open(files.get(0));
  }
}
