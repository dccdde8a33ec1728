/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.file.Path;
import java.util.Arrays;
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
 * Patch features in HDF5, one file per slide, as feature extractors write them. The layout is
 * recognised by its datasets: {@code features} and {@code coords} (CLAM; TRIDENT, also [1, N, D]),
 * {@code feats} and {@code coords} (STAMP), {@code features} and {@code coordinates}. Only headers
 * are read at first; patches are read when a batch needs them.
 */
@Component(
    configurationPid = Hdf5PatchesReader.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = Hdf5PatchesReader.Settings.class, factory = true)
@ReaderPart("hdf5-patches")
@ReaderGives(ReaderGives.Kind.BAGS)
public final class Hdf5PatchesReader implements Reader {
  static final String PID = "org.stroma.data.arrays.hdf5patches";

  private static final List<String> FEATURES = List.of("features", "feats");

  /** Settings of the reader. */
  @ObjectClassDefinition(
      name = "Patch features in HDF5",
      description =
          "A file a slide, as CLAM, TRIDENT and STAMP write them, or with features and coordinates")
  public @interface Settings {
    @AttributeDefinition(
        description = "the slides' files, with columns in braces, such as features/{slide_id}.h5")
    String path();

    @AttributeDefinition(
        description =
            "a CSV file with a row a slide, for patients with several; if empty, the cohort's own")
    String table() default "";

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

    @AttributeDefinition(description = "the dataset of features; if empty, features or feats")
    String features() default "";

    @AttributeDefinition(
        description = "the dataset of coordinates; if empty, coords or coordinates, or none")
    String coordinates() default "";

    @AttributeDefinition(
        description =
            "distance of neighbouring patches in the unit of the coordinates; 0: by attributes, else by the coordinates",
        min = "0")
    double patchSize() default 0;

    @AttributeDefinition(
        description = "the dataset with the class of each patch, -1 where unknown; if empty, none")
    String labels() default "";
  }

  private final Settings settings;

  @Activate
  public Hdf5PatchesReader(Settings settings) {
    this.settings = settings;
  }

  @Override
  public ModalityData read(ReadContext context) {
    SlideSet slides = new SlideSet(context, settings.path());
    context
        .files(settings.path(), settings.table(), settings.absentFiles())
        .forEach((sample, files) -> files.forEach(file -> slides.add(
            sample, List.of(file), () -> Hdf5File.read(file, open -> slide(file, open)))));
    return slides.bags();
  }

  /** Reads the headers of a slide; null if it has no patches. */
  private SlideBag.Slide slide(Path path, Hdf5File file) {
    List<String> names = settings.features().isEmpty() ? FEATURES : List.of(settings.features());
    Hdf5Dataset features = file.find(names);
    if (features == null) {
      throw new DataException(path + " has no dataset " + String.join(" or ", names) + "; "
          + file.datasets() + "; the setting features names the one that holds them");
    }
    if (features.empty()) {
      if (!settings.emptyFiles()) {
        throw new DataException(features.label() + " has the shape "
            + Arrays.toString(features.shape()) + "; a slide has to have at least one patch");
      }
      return null;
    }
    if (features.shape().length < 2 || features.width() == 0) {
      throw new DataException(features.label() + " has the shape "
          + Arrays.toString(features.shape()) + "; it has to be [patches, features]");
    }
    Hdf5Rows rows =
        file.rows(features, features.elementType().features(features.label(), settings.integers()));
    Supplier<int[]> labels = settings.labels().isEmpty() ? null : labels(file, features.rows());
    Hdf5Dataset positions = file.find(
        settings.coordinates().isEmpty() ? PatchPlaces.NAMES : List.of(settings.coordinates()));
    if (positions == null) {
      if (!settings.coordinates().isEmpty()) {
        throw new DataException(
            path + " has no dataset " + settings.coordinates() + "; " + file.datasets());
      }
      return new SlideBag.Slide(rows, null, null, labels);
    }
    if (positions.rows() != features.rows() || positions.width() != 2) {
      throw new DataException(
          positions.label() + " has the shape " + Arrays.toString(positions.shape())
              + " and " + features.name() + " has " + features.rows() + " patches; it has to be ["
              + features.rows() + ", 2]");
    }
    PatchPlaces places =
        PatchPlaces.of(path, file, positions, List.of(positions, features), settings.patchSize());
    return new SlideBag.Slide(rows, places.grid(), places.positions(), labels);
  }

  private Supplier<int[]> labels(Hdf5File file, int patches) {
    Hdf5Dataset dataset = file.find(List.of(settings.labels()));
    if (dataset == null) {
      return null;
    }
    if ((long) dataset.rows() * dataset.width() != patches) {
      throw new DataException(dataset.label() + " has the shape " + Arrays.toString(dataset.shape())
          + " for " + patches + " patches; it has to be [" + patches + "]");
    }
    Hdf5Rows rows = file.rows(dataset, dataset.elementType());
    return () -> {
      double[] numbers = rows.numbers();
      int[] labels = new int[patches];
      for (int i = 0; i < patches; i++) {
        labels[i] = (int) numbers[i];
        if (labels[i] != numbers[i]) {
          throw new DataException(dataset.label() + " gives patch " + (i + 1) + " the label "
              + numbers[i] + "; it has to be a whole number");
        }
      }
      return labels;
    };
  }
}
