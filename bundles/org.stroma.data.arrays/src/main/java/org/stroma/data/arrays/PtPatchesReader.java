/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.file.Path;
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
 * Patch features in files of PyTorch, one per slide, as CLAM writes them with torch.save: a tensor
 * [N, D], or a dict of tensors with features [N, D] and coordinates [N, 2]. float16, bfloat16,
 * float32 and float64 are read. A file's pickle is never run: it may hold tensors, text and
 * numbers, and all else is refused.
 */
@Component(
    configurationPid = PtPatchesReader.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = PtPatchesReader.Settings.class, factory = true)
@ReaderPart("pt-patches")
@ReaderGives(ReaderGives.Kind.BAGS)
public final class PtPatchesReader implements Reader {
  static final String PID = "org.stroma.data.arrays.ptpatches";

  private static final List<String> FEATURES = List.of("features", "feats");

  /** Settings of the reader. */
  @ObjectClassDefinition(
      name = "Patch features in PyTorch files",
      description = "A file a slide, as CLAM writes them with torch.save; no code in them is run")
  public @interface Settings {
    @AttributeDefinition(
        description = "the slides' files, with columns in braces, such as features/{slide_id}.pt")
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
            "what features are that are stored as integers: bfloat16 is often stored as int16, which can be read "
                + "as numbers without an error",
        options = {
          @Option(label = "refused", value = ElementType.REFUSED),
          @Option(label = "the numbers that they are", value = ElementType.NUMBERS),
          @Option(label = "the bits of bfloat16", value = ElementType.BFLOAT16)
        })
    String integers() default ElementType.REFUSED;

    @AttributeDefinition(
        description =
            "the key of features in a dict; if empty, features or feats, or the only tensor")
    String features() default "";

    @AttributeDefinition(
        description = "the key of coordinates in a dict; if empty, coords or coordinates, or none")
    String coordinates() default "";

    @AttributeDefinition(
        description =
            "files of the patches' coordinates, as path, where the features' files hold none: NumPy (.npy), PyTorch (.pt) or "
                + "HDF5 with coords; if empty, none")
    String coordinateFiles() default "";

    @AttributeDefinition(
        description =
            "distance of neighbouring patches in the unit of the coordinates; 0: by attributes, else the commonest one",
        min = "0")
    double patchSize() default 0;
  }

  private final Settings settings;

  @Activate
  public PtPatchesReader(Settings settings) {
    this.settings = settings;
  }

  @Override
  public ModalityData read(ReadContext context) {
    return SlideFiles.read(
        context,
        settings.path(),
        settings.table(),
        settings.absentFiles(),
        List.of(new SlideFiles.Companion(settings.coordinateFiles(), "coordinates")),
        files -> PtFile.read(files.get(0), file -> slide(files.get(0), file, files.get(1))));
  }

  /** Reads the description of a slide; null if it has no patches. */
  private SlideBag.Slide slide(Path path, PtFile file, Path coordinates) {
    List<String> positionNames =
        settings.coordinates().isEmpty() ? PatchPlaces.NAMES : List.of(settings.coordinates());
    PtTensor features = file.features(settings.features(), FEATURES, positionNames);
    if (features.empty() && settings.emptyFiles()) {
      return null;
    }
    RowSource rows = features.rows(settings.integers());
    PatchPlaces places = coordinates == null
        ? within(file, rows, path, positionNames)
        : PatchPlaces.beside(rows, coordinates, settings.patchSize());
    return places == null
        ? new SlideBag.Slide(rows, null, null, null)
        : new SlideBag.Slide(rows, places.grid(), places.positions(), null);
  }

  /** The coordinates beside the features in their file; null if it has none. */
  private PatchPlaces within(PtFile file, RowSource rows, Path path, List<String> names) {
    PtTensor positions = file.find(names);
    if (positions != null) {
      return PatchPlaces.tensor(rows, path, positions, settings.patchSize());
    }
    if (!settings.coordinates().isEmpty()) {
      throw new DataException(
          path + " has no tensor " + settings.coordinates() + "; " + file.keys());
    }
    return null;
  }
}
