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
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.ReaderPart;
import org.stroma.api.data.Bag;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Reader;

/**
 * Patch features in HDF5, a file a slide, as feature extractors write them. Layouts are recognised by their datasets:
 * {@code features} and {@code coords} (CLAM; TRIDENT, also [1, N, D]), {@code feats} and {@code coords} (STAMP),
 * {@code features} and {@code coordinates}. Only headers are read at first; patches when a batch wants them.
 */
@Component(configurationPid = Hdf5PatchesReader.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = Hdf5PatchesReader.Settings.class, factory = true)
@ReaderPart("hdf5-patches")
public final class Hdf5PatchesReader implements Reader {
  static final String PID = "org.stroma.data.arrays.hdf5patches";

  private static final List<String> FEATURES = List.of("features", "feats");
  private static final List<String> COORDINATES = List.of("coords", "coordinates");
  private static final String[] PIXELS = {"patch_size_level0"};
  private static final String[] MICROMETRES = {"tile_size_um", "tile_size"};

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Patch features in HDF5",
      description = "A file a slide, as CLAM, TRIDENT and STAMP write them, or with features and coordinates")
  public @interface Settings {
    @AttributeDefinition(description = "the slides' files, with columns in braces, such as features/{slide_id}.h5")
    String path();

    @AttributeDefinition(description = "a CSV file with a row a slide, for patients with several; if empty, the cohort's own")
    String table() default "";

    @AttributeDefinition(description = "whether a file that is not there means that the sample lacks it")
    boolean absentFiles() default false;

    @AttributeDefinition(description = "the dataset of features; if empty, features or feats")
    String features() default "";

    @AttributeDefinition(description = "the dataset of coordinates; if empty, coords or coordinates, or none")
    String coordinates() default "";

    @AttributeDefinition(
        description = "distance of neighbouring patches in the unit of the coordinates; 0: by attributes, else by the coordinates",
        min = "0")
    double patchSize() default 0;

    @AttributeDefinition(description = "the dataset with the class of each patch, -1 where unknown; if empty, none")
    String labels() default "";
  }

  private final Settings settings;

  @Activate
  public Hdf5PatchesReader(Settings settings) {
    this.settings = settings;
  }

  @Override
  public ModalityData read(ReadContext context) {
    Map<String, Bag> bags = new LinkedHashMap<>();
    int width = 0;
    Path first = null;
    List<Path> unlocated = new ArrayList<>();
    int slides = 0;
    for (Map.Entry<String, List<Path>> sample :
        context.files(settings.path(), settings.table(), settings.absentFiles()).entrySet()) {
      List<SlideBag.Slide> its = new ArrayList<>();
      for (Path path : sample.getValue()) {
        SlideBag.Slide slide = slide(new Hdf5File(path));
        slides++;
        if (first == null) {
          first = path;
          width = slide.features().width();
        } else if (slide.features().width() != width) {
          throw new DataException(path + " has " + slide.features().width() + " features a patch, and " + first + " has "
              + width + "; all slides of a modality have to come from one extractor");
        }
        if (slide.grid() == null) {
          unlocated.add(path);
        }
        its.add(slide);
      }
      bags.put(sample.getKey(), new SlideBag(its));
    }
    if (first == null) {
      throw new DataException("no sample has a file " + settings.path());
    }
    if (!unlocated.isEmpty() && unlocated.size() < slides) {
      context.note(unlocated.size() + " of " + slides + " slides have no coordinates, such as " + unlocated.get(0)
          + ": the model is told none");
    }
    return new ModalityData.Bags(width, bags);
  }

  private SlideBag.Slide slide(Hdf5File file) {
    String name =
        settings.features().isEmpty() ? file.find(FEATURES) : file.find(List.of(settings.features()));
    if (name == null) {
      throw new DataException(file.file() + " has no dataset "
          + (settings.features().isEmpty() ? "features or feats" : settings.features()) + "; it has "
          + String.join(", ", file.datasets()));
    }
    Hdf5File.Matrix features = file.matrix(name);
    String places =
        settings.coordinates().isEmpty() ? file.find(COORDINATES) : file.find(List.of(settings.coordinates()));
    if (places == null && !settings.coordinates().isEmpty()) {
      throw new DataException(file.file() + " has no dataset " + settings.coordinates());
    }
    if (places != null) {
      Hdf5File.Matrix coordinates = file.matrix(places);
      if (coordinates.rows() != features.rows() || coordinates.width() != 2) {
        throw new DataException(file.file() + ": dataset " + places + " has the shape [" + coordinates.rows() + ", "
            + coordinates.width() + "] and " + name + " has " + features.rows() + " patches; it has to be ["
            + features.rows() + ", 2]");
      }
    }
    Supplier<int[]> labels = settings.labels().isEmpty() ? null : labels(file, features.rows());
    if (places == null) {
      return new SlideBag.Slide(file.rows(features), null, null, labels);
    }
    List<String> datasets = List.of(places, name);
    return new SlideBag.Slide(
        file.rows(features),
        () -> Grid.of(file.file(), file.numbers(places), step(file, datasets)),
        () -> positions(file, places, datasets),
        labels);
  }

  private SlideBag.Positions positions(Hdf5File file, String places, List<String> datasets) {
    double side = side(file, datasets).orElse(settings.patchSize());
    return SlideBag.Positions.of(file.file(), file.numbers(places), side, micrometres(file, datasets));
  }

  private Supplier<int[]> labels(Hdf5File file, int patches) {
    if (file.find(List.of(settings.labels())) == null) {
      return null;
    }
    return () -> {
      double[] numbers = file.numbers(settings.labels());
      if (numbers.length != patches) {
        throw new DataException(file.file() + ": dataset " + settings.labels() + " has " + numbers.length + " labels for "
            + patches + " patches");
      }
      int[] labels = new int[patches];
      for (int i = 0; i < patches; i++) {
        labels[i] = (int) numbers[i];
        if (labels[i] != numbers[i]) {
          throw new DataException(file.file() + ": dataset " + settings.labels() + " gives patch " + (i + 1) + " the label "
              + numbers[i] + "; it has to be a whole number");
        }
      }
      return labels;
    };
  }

  /** The distance of neighbours in the unit of the coordinates, as the file's attributes tell; 0 where they do not. */
  private double step(Hdf5File file, List<String> datasets) {
    if (settings.patchSize() > 0) {
      return settings.patchSize();
    }
    OptionalDouble side = side(file, datasets);
    return side.isEmpty() ? 0 : side.getAsDouble() - file.number("overlap_level0", datasets).orElse(0);
  }

  /** STAMP counts in micrometres, and all others in level-0 pixels. */
  private static boolean micrometres(Hdf5File file, List<String> datasets) {
    return first(file, datasets, PIXELS).isEmpty() && first(file, datasets, MICROMETRES).isPresent();
  }

  /** The length of a patch's side in the unit of the coordinates, as the file's attributes tell. */
  private static OptionalDouble side(Hdf5File file, List<String> datasets) {
    OptionalDouble direct = first(file, datasets, PIXELS);
    if (direct.isEmpty()) {
      direct = first(file, datasets, MICROMETRES);
    }
    if (direct.isPresent()) {
      return direct;
    }
    OptionalDouble size = file.number("patch_size", datasets);
    if (size.isEmpty()) {
      return size;
    }
    OptionalDouble level0 = file.number("level0_magnification", datasets);
    OptionalDouble target = file.number("target_magnification", datasets);
    if (level0.isPresent() && target.isPresent() && target.getAsDouble() > 0) {
      return OptionalDouble.of(size.getAsDouble() * level0.getAsDouble() / target.getAsDouble());
    }
    // CLAM: the size at a level, and that level's downsample; without it the size may be of any level
    OptionalDouble downsample = file.number("downsample", datasets);
    return downsample.isPresent() ? OptionalDouble.of(size.getAsDouble() * downsample.getAsDouble()) : downsample;
  }

  private static OptionalDouble first(Hdf5File file, List<String> datasets, String... names) {
    for (String name : names) {
      OptionalDouble number = file.number(name, datasets);
      if (number.isPresent() && number.getAsDouble() > 0) {
        return number;
      }
    }
    return OptionalDouble.empty();
  }
}
