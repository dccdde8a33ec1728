/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.stroma.api.Prediction;
import org.stroma.api.data.Bag;
import org.stroma.api.data.PatchLocation;
import org.stroma.files.AtomicFiles;
import org.stroma.files.Csv;
import org.stroma.files.FileNames;

/** Writes what is known of the elements of samples' bags: a table a sample, and GeoJSON and a picture a slide. */
final class PatchFiles {
  /** Patches of a slide beyond which GeoJSON is packed: some 15 MB. */
  static final int MANY = 50_000;

  private final Path out;
  private final FileNames files;
  private final Set<String> notes;

  /** @param notes gets what the user should know of the files */
  PatchFiles(Path out, FileNames files, Set<String> notes) {
    this.out = out;
    this.files = files;
    this.notes = notes;
  }

  /**
   * Writes classes of patches.
   *
   * @param probability of each element each class
   */
  void segmentation(
      String folder, String sample, Bag bag, List<String> classes, float[] probability) {
    int count = classes.size();
    int[] labels = new int[bag.size()];
    float[] sure = new float[bag.size()];
    for (int i = 0; i < labels.length; i++) {
      for (int k = 0; k < count; k++) {
        if (probability[i * count + k] > sure[i]) {
          sure[i] = probability[i * count + k];
          labels[i] = k;
        }
      }
    }
    List<String> header = new ArrayList<>(List.of("class"));
    classes.forEach(name -> header.add(Prediction.PROBABILITY + "." + name));
    List<PatchLocation> places = bag.locations();
    table(folder, sample, places, labels.length, header, i -> {
      List<String> cells = new ArrayList<>(List.of(classes.get(labels[i])));
      for (int k = 0; k < count; k++) {
        cells.add("" + probability[i * count + k]);
      }
      return cells;
    });
    Map<String, int[]> slides = slides(sample, places);
    slides.forEach((file, elements) -> geoJson(
        folder + file,
        places,
        elements,
        (json, i) -> json.patch(
            places.get(i),
            "patch " + i,
            classes.get(labels[i]),
            LabelImage.colour(labels[i]),
            Map.of(Prediction.PROBABILITY.name(), sure[i]))));
    int[] grid = bag.coordinates();
    if (grid != null) {
      Map<String, int[]> pictures = slides.isEmpty()
          ? Map.of(files.of(sample), IntStream.range(0, labels.length).toArray())
          : slides;
      pictures.forEach(
          (file, elements) -> picture(folder + file, grid, elements, labels, sure, count));
    }
  }

  private void picture(
      String name, int[] grid, int[] elements, int[] labels, float[] sure, int classes) {
    if (classes > LabelImage.MOST_CLASSES) {
      notes.add("label images have " + LabelImage.MOST_CLASSES + " classes at most, and there are "
          + classes + ": none is written");
      return;
    }
    BufferedImage image = LabelImage.draw(grid, elements, labels, sure, classes);
    if (image == null) {
      notes.add(
          "the patches of " + name + " lie too far apart for a label image: none is written of it");
      return;
    }
    AtomicFiles.write(out.resolve(name + ".png"), stream -> LabelImage.write(image, stream));
  }

  /** Writes a row an element: where it lies, and the cells of its own. */
  void table(
      String folder,
      String sample,
      @Nullable List<PatchLocation> places,
      int count,
      List<String> header,
      IntFunction<List<String>> cells) {
    Stream<List<String>> rows = IntStream.range(0, count).mapToObj(i -> {
      List<String> row = new ArrayList<>(List.of("" + i));
      row.addAll(place(places == null ? null : places.get(i)));
      row.addAll(cells.apply(i));
      return row;
    });
    List<String> first = new ArrayList<>(List.of("element", "slide", "x", "y"));
    first.addAll(header);
    AtomicFiles.write(
        out.resolve(folder + files.of(sample) + ".csv"),
        stream -> Csv.write(stream, Stream.concat(Stream.of(first), rows)));
  }

  static List<String> place(@Nullable PatchLocation place) {
    return place == null
        ? List.of("", "", "")
        : List.of(place.slide(), number(place.x()), number(place.y()));
  }

  /** A number without an exponent; nothing for one that is unknown. */
  static String number(double x) {
    return Double.isNaN(x)
        ? ""
        : x == Math.rint(x) ? "" + (long) x : BigDecimal.valueOf(x).toPlainString();
  }

  /** The elements of each slide, by the name of the slide's files; none where the slides are unknown. */
  Map<String, int[]> slides(String sample, @Nullable List<PatchLocation> places) {
    Map<String, int[]> slides = new LinkedHashMap<>();
    if (places != null) {
      List<String> names = places.stream().map(PatchLocation::slide).distinct().toList();
      names.forEach(name -> slides.put(
          names.size() == 1 ? files.of(sample) : files.of(sample, name),
          IntStream.range(0, places.size())
              .filter(i -> places.get(i).slide().equals(name))
              .toArray()));
    }
    return slides;
  }

  /** Writes an element. */
  interface Element {
    void write(GeoJson json, int element) throws IOException;
  }

  /** Writes the patches of a slide, packed where they are many. */
  void geoJson(String name, List<PatchLocation> places, int[] elements, Element each) {
    PatchLocation first = places.get(elements[0]);
    if (!first.located()) {
      return;
    }
    if (first.micrometres()) {
      notes.add(
          "the slides' files tell where patches lie in micrometres: so does the GeoJSON, and to lie over a slide in "
              + "QuPath, which counts pixels, it has to be scaled by 1 / the slide's pixel size");
    }
    boolean packed = elements.length > MANY;
    AtomicFiles.write(out.resolve(name + (packed ? ".geojson.gz" : ".geojson")), stream -> {
      try (GeoJson json =
          new GeoJson(packed ? new GZIPOutputStream(stream) : stream, first.micrometres())) {
        for (int i : elements) {
          each.write(json, i);
        }
      }
    });
  }
}
