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

/** Patch features in NumPy files, [N, D] a slide, with coordinates [N, 2] in files of their own. */
@Component(configurationPid = NpyPatchesReader.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = NpyPatchesReader.Settings.class, factory = true)
@ReaderPart("npy-patches")
public final class NpyPatchesReader implements Reader {
  static final String PID = "org.stroma.data.arrays.npypatches";

  /** What can be set. */
  @ObjectClassDefinition(name = "Patch features in NumPy files", description = "[patches, features] a slide, mapped")
  public @interface Settings {
    @AttributeDefinition(description = "the samples' files, with columns in braces, such as patches/{slide_id}.npy")
    String path();

    @AttributeDefinition(description = "whether a file that is not there means that the sample lacks it")
    boolean absentFiles() default false;

    @AttributeDefinition(description = "the files of the patches' coordinates, as path; if empty, none")
    String coordinates() default "";

    @AttributeDefinition(
        description = "distance of neighbouring patches in the unit of the coordinates; 0: the commonest one", min = "0")
    double patchSize() default 0;

    @AttributeDefinition(description = "a CSV file with a row a slide, for patients with several; if empty, the cohort's own")
    String table() default "";
  }

  private final Settings settings;

  @Activate
  public NpyPatchesReader(Settings settings) {
    this.settings = settings;
  }

  @Override
  public ModalityData read(ReadContext context) {
    Map<String, List<Path>> places =
        settings.coordinates().isEmpty()
            ? Map.of()
            : context.files(settings.coordinates(), settings.table(), settings.absentFiles());
    Map<String, Bag> bags = new LinkedHashMap<>();
    int width = 0;
    Path first = null;
    for (Map.Entry<String, List<Path>> sample :
        context.files(settings.path(), settings.table(), settings.absentFiles()).entrySet()) {
      List<Path> files = sample.getValue();
      List<Path> theirs = places.getOrDefault(sample.getKey(), List.of());
      if (!settings.coordinates().isEmpty() && theirs.size() != files.size()) {
        throw new DataException("sample " + sample.getKey() + " has " + files.size() + " files of patches and " + theirs.size()
            + " of coordinates; there has to be one each");
      }
      List<SlideBag.Slide> slides = new ArrayList<>();
      for (int i = 0; i < files.size(); i++) {
        Rows rows = NpyFile.open(files.get(i)).rows();
        if (first == null) {
          first = rows.file();
          width = rows.width();
        } else if (rows.width() != width) {
          throw new DataException(rows.file() + " has " + rows.width() + " features a patch, and " + first + " has " + width
              + "; all slides of a modality have to come from one extractor");
        }
        slides.add(new SlideBag.Slide(rows, theirs.isEmpty() ? null : grid(theirs.get(i), rows), null));
      }
      bags.put(sample.getKey(), new SlideBag(slides));
    }
    if (first == null) {
      throw new DataException("no sample has a file " + settings.path());
    }
    return new ModalityData.Bags(width, bags);
  }

  private Supplier<int[]> grid(Path path, Rows rows) {
    NpyFile file = NpyFile.open(path);
    if (!Arrays.equals(file.shape(), new long[] {rows.count(), 2})) {
      throw new DataException(path + " has the shape " + Arrays.toString(file.shape()) + " and " + rows.file() + " has "
          + rows.count() + " patches; it has to be [" + rows.count() + ", 2]");
    }
    return () -> Grid.of(path, file.numbers(), settings.patchSize());
  }
}
