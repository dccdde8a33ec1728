/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.ReadContext;

/** Slides whose coordinates, or other companions of the features, lie in files of their own. */
final class SlideFiles {
  /**
   * A kind of file that may stand beside the features.
   *
   * @param template path template; empty if there are none
   * @param what what they hold, for messages
   */
  record Companion(String template, String what) {}

  private SlideFiles() {}

  /**
   * Reads the slides of all samples.
   *
   * @param path path template of the features
   * @param reading reads a slide, given its feature file and its companions, null where there is
   *     none; returns null if it has no patches
   */
  static ModalityData.Bags read(
      ReadContext context,
      String path,
      String table,
      boolean absentFiles,
      List<Companion> companions,
      Function<List<Path>, SlideBag.Slide> reading) {
    List<Map<String, List<Path>>> besides = companions.stream()
        .map(c -> c.template().isEmpty()
            ? Map.<String, List<Path>>of()
            : context.files(c.template(), table, absentFiles))
        .toList();
    SlideSet slides = new SlideSet(context, path);
    context
        .files(path, table, absentFiles)
        .forEach((sample, files) -> slides.check(() -> {
          for (int c = 0; c < companions.size(); c++) {
            requireSameCount(sample, files, companions.get(c), besides.get(c));
          }
          for (int i = 0; i < files.size(); i++) {
            List<Path> ofSlide = new ArrayList<>(List.of(files.get(i)));
            for (Map<String, List<Path>> beside : besides) {
              List<Path> its = beside.getOrDefault(sample, List.of());
              ofSlide.add(its.isEmpty() ? null : its.get(i));
            }
            slides.add(sample, ofSlide, () -> reading.apply(ofSlide));
          }
        }));
    return slides.bags();
  }

  private static void requireSameCount(
      String sample, List<Path> files, Companion companion, Map<String, List<Path>> beside) {
    int others = beside.getOrDefault(sample, List.of()).size();
    if (!companion.template().isEmpty() && others != files.size()) {
      throw new DataException("sample " + sample + " has " + files.size() + " files of patches and "
          + others + " of " + companion.what() + "; there has to be one each");
    }
  }
}
