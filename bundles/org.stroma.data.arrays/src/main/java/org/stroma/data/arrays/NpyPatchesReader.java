/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
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
 * Patch features in NumPy files, [N, D] per slide, with optional coordinates [N, 2] and labels [N]
 * in separate files.
 */
@Component(
    configurationPid = NpyPatchesReader.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = NpyPatchesReader.Settings.class, factory = true)
@ReaderPart("npy-patches")
@ReaderGives(ReaderGives.Kind.BAGS)
public final class NpyPatchesReader implements Reader {
  static final String PID = "org.stroma.data.arrays.npypatches";

  /** Settings of the reader. */
  @ObjectClassDefinition(
      name = "Patch features in NumPy files",
      description = "[patches, features] a slide")
  public @interface Settings {
    @AttributeDefinition(
        description = "the samples' files, with columns in braces, such as patches/{slide_id}.npy")
    String path();

    @AttributeDefinition(
        description = "whether a file that is not there means that the sample lacks it")
    boolean absentFiles() default false;

    @AttributeDefinition(
        description = "whether a slide without a patch counts as missing; else it is refused")
    boolean emptyFiles() default true;

    @AttributeDefinition(
        description =
            "what features are that are stored as integers: bfloat16 is often stored as uint16, which can be read "
                + "as numbers without an error",
        options = {
          @Option(label = "refused", value = ElementType.REFUSED),
          @Option(label = "the numbers that they are", value = ElementType.NUMBERS),
          @Option(label = "the bits of bfloat16", value = ElementType.BFLOAT16)
        })
    String integers() default ElementType.REFUSED;

    @AttributeDefinition(
        description = "the files of the patches' coordinates, as path; if empty, none")
    String coordinates() default "";

    @AttributeDefinition(
        description =
            "distance of neighbouring patches in the unit of the coordinates; 0: the commonest one",
        min = "0")
    double patchSize() default 0;

    @AttributeDefinition(
        description =
            "the files of the patches' classes, as path, -1 where unknown; if empty, none")
    String labels() default "";

    @AttributeDefinition(
        description =
            "a CSV file with a row a slide, for patients with several; if empty, the cohort's own")
    String table() default "";
  }

  private final Settings settings;

  @Activate
  public NpyPatchesReader(Settings settings) {
    this.settings = settings;
  }

  @Override
  public ModalityData read(ReadContext context) {
    return SlideFiles.read(
        context,
        settings.path(),
        settings.table(),
        settings.absentFiles(),
        List.of(
            new SlideFiles.Companion(settings.coordinates(), "coordinates"),
            new SlideFiles.Companion(settings.labels(), "labels")),
        files -> slide(NpyFile.open(files.get(0)), files.get(1), files.get(2)));
  }

  /** Reads the headers of a slide; null if it has no patches. */
  private SlideBag.Slide slide(NpyFile file, Path coordinates, Path labelFiles) {
    if (file.empty() && settings.emptyFiles()) {
      return null;
    }
    RowSource rows = file.rows(settings.integers());
    Supplier<int[]> labels = labelFiles == null ? null : labels(rows, labelFiles);
    if (coordinates == null) {
      return new SlideBag.Slide(rows, null, null, labels);
    }
    PatchPlaces places = PatchPlaces.numpy(rows, coordinates, settings.patchSize());
    return new SlideBag.Slide(rows, places.grid(), places.positions(), labels);
  }

  /** Class labels of the patches, read when needed. */
  private static Supplier<int[]> labels(RowSource rows, Path path) {
    NpyFile file = NpyFile.open(path);
    long[] shape = file.shape();
    if (shape.length < 1
        || shape[0] != rows.count()
        || shape.length > 2
        || shape.length == 2 && shape[1] != 1) {
      throw new DataException(path + " has the shape " + file.shown() + " and " + rows.file()
          + " has " + rows.count() + " patches; it has to be [" + rows.count() + "]");
    }
    return () -> {
      double[] numbers = file.numbers();
      int[] labels = new int[numbers.length];
      for (int i = 0; i < labels.length; i++) {
        labels[i] = (int) numbers[i];
        if (labels[i] != numbers[i]) {
          throw new DataException(path + " gives patch " + (i + 1) + " the label " + numbers[i]
              + "; it has to be a whole number");
        }
      }
      return labels;
    };
  }
}
