/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.stroma.api.data.Bag;
import org.stroma.api.data.DataException;
import org.stroma.api.data.PatchLocation;
import org.stroma.files.AtomicFiles;
import org.stroma.files.Csv;
import org.stroma.files.FileNames;

/**
 * Writes weights of elements: a table a sample; and of bags GeoJSON and a heat map a slide, one heat map of a sample with several
 * slides, the most and least attended patches as a table and cut from the slides.
 */
final class AttentionFiles {
  /** Names in its folders that no sample gets. */
  static final String[] RESERVED = {"legend", "slides", "top", "patches"};

  private static final int TILE = 128;
  private static final int FRAME = 6;
  private static final int COLUMNS = 8;
  private static final int SLIDE_TILE = 768;
  private static final int SLIDE_COLUMNS = 4;

  private final Path out;
  private final FileNames files;
  private final PatchFiles patches;
  private final SlideFolder slides;
  private final int top;
  private final Set<String> notes;

  /** One folder: what is told of all samples together. */
  private record Tables(List<List<String>> top, List<List<String>> slides) {
    static Tables empty() {
      return new Tables(
          new ArrayList<>(List.of(List.of(
              "sample", "end", "rank", "element", "slide", "x", "y", "weight", "percentile"))),
          new ArrayList<>(List.of(List.of("sample", "slide", "patches", "attention"))));
    }
  }

  /**
   * A sample.
   *
   * @param name of the sample
   * @param overall the percentile of each patch among all of the sample's
   * @param most attended patches that are shown
   * @param least attended patches that are shown
   * @param cut pictures of those, by patch
   */
  private record Sample(
      String name,
      @Nullable List<PatchLocation> places,
      int @Nullable [] grid,
      float[] weights,
      float[] overall,
      List<Integer> most,
      List<Integer> least,
      Map<Integer, BufferedImage> cut) {
    boolean shows(int element) {
      return most.contains(element) || least.contains(element);
    }
  }

  AttentionFiles(
      Path out,
      FileNames files,
      PatchFiles patches,
      SlideFolder slides,
      int top,
      Set<String> notes) {
    this.out = out;
    this.files = files;
    this.patches = patches;
    this.slides = slides;
    this.top = top;
    this.notes = notes;
  }

  /**
   * Writes a folder.
   *
   * @param folder relative, with / at its end
   * @param bags by sample; none where a modality has none, such as words
   */
  void write(String folder, Sums weights, Map<String, Bag> bags) {
    Tables tables = Tables.empty();
    weights.by().forEach((name, sum) -> sample(folder, name, bags.get(name), sum.mean(), tables));
    if (tables.top().size() > 1) {
      AtomicFiles.write(out.resolve(folder + "top.csv"), Csv.text(tables.top()));
    }
    if (tables.slides().size() > 1) {
      AtomicFiles.write(out.resolve(folder + "slides.csv"), Csv.text(tables.slides()));
    }
    if (!bags.isEmpty()) {
      AtomicFiles.write(out.resolve(folder + "legend.csv"), Legend.csv());
      AtomicFiles.write(out.resolve(folder + "legend.svg"), Legend.svg());
    }
  }

  private void sample(
      String folder, String name, @Nullable Bag bag, float[] weights, Tables tables) {
    List<PatchLocation> places = bag == null ? null : bag.locations();
    patches.table(
        folder, name, places, weights.length, List.of("weight"), i -> List.of("" + weights[i]));
    if (bag == null) {
      return;
    }
    int[] all = IntStream.range(0, weights.length).toArray();
    int[] order = Percentiles.order(weights, all);
    List<Integer> most = new ArrayList<>();
    List<Integer> least = new ArrayList<>();
    // no patch is shown at both ends
    for (int i = 0; i < Math.min(top, (order.length + 1) / 2); i++) {
      most.add(order[order.length - 1 - i]);
    }
    for (int i = 0; i < Math.min(top, order.length / 2); i++) {
      least.add(order[i]);
    }
    Sample sample = new Sample(
        name,
        places,
        bag.coordinates(),
        weights,
        Percentiles.of(weights),
        most,
        least,
        new TreeMap<>());
    Map<String, int[]> bySlide = patches.slides(name, places);
    Map<String, int[]> pictures = bySlide.isEmpty() ? Map.of(files.of(name), all) : bySlide;
    List<BufferedImage> together = new ArrayList<>();
    pictures.forEach((file, elements) -> {
      if (places != null) {
        geoJson(folder + file, sample, elements);
        slide(sample, elements, tables);
      }
      Squares squares = Squares.of(elements, places, sample.grid());
      if (squares != null) {
        heatMaps(folder + file, sample, squares, pictures.size() > 1 ? together : null);
      }
    });
    if (!together.isEmpty()) {
      write(
          folder + files.of(name), HeatMap.sheet(together, SLIDE_COLUMNS, SLIDE_TILE, FRAME, null));
    }
    if (!sample.cut().isEmpty()) {
      write(folder + "patches/" + files.of(name), contactSheet(sample));
    }
    ranks(sample, "most", most, tables.top());
    ranks(sample, "least", least, tables.top());
  }

  private void geoJson(String file, Sample sample, int[] elements) {
    float[] own = Percentiles.of(sample.weights(), elements);
    patches.geoJson(file, sample.places(), elements, (json, i) -> {
      Map<String, Float> measurements = new LinkedHashMap<>();
      measurements.put("attention", sample.weights()[i]);
      measurements.put("attention percentile", own[i]);
      json.patch(
          sample.places().get(i), "patch " + i, null, Viridis.parts(own[i] / 100), measurements);
    });
  }

  private static void slide(Sample sample, int[] elements, Tables tables) {
    double sum = 0;
    for (int i : elements) {
      sum += sample.weights()[i];
    }
    tables
        .slides()
        .add(List.of(
            sample.name(),
            sample.places().get(elements[0]).slide(),
            "" + elements.length,
            "" + (float) sum));
  }

  private static void ranks(
      Sample sample, String end, List<Integer> elements, List<List<String>> rows) {
    for (int rank = 0; rank < elements.size(); rank++) {
      int i = elements.get(rank);
      List<String> row = new ArrayList<>(List.of(sample.name(), end, "" + (rank + 1), "" + i));
      row.addAll(
          PatchFiles.place(sample.places() == null ? null : sample.places().get(i)));
      row.add("" + sample.weights()[i]);
      row.add("" + sample.overall()[i]);
      rows.add(row);
    }
  }

  /**
   * Draws a slide, and cuts the patches from it that are shown.
   *
   * @param together gets the map of the slide on the scale of the whole sample; null where the slide is all of it
   */
  private void heatMaps(
      String file, Sample sample, Squares squares, @Nullable List<BufferedImage> together) {
    float[] own = Percentiles.of(sample.weights(), squares.elements());
    String name = sample.places() == null
        ? null
        : sample.places().get(squares.elements()[0]).slide();
    try (SlideView view = name == null ? null : slides.open(name)) {
      Squares placed = view == null ? null : onSlide(name, squares, view);
      if (placed != null) {
        BufferedImage thumbnail = view.thumbnail();
        Squares small = placed.times(1 / view.scale());
        write(file, HeatMap.over(thumbnail, small, own));
        if (together != null) {
          together.add(HeatMap.over(thumbnail, small, sample.overall()));
        }
        cut(sample, placed, view);
        return;
      }
    } catch (DataException | IOException e) {
      slides.unreadable(name, e);
    }
    write(file, HeatMap.plain(squares, own));
    if (together != null) {
      together.add(HeatMap.plain(squares, sample.overall()));
    }
  }

  /** The squares in pixels of the slide; null where they cannot be its, which is noted. */
  private @Nullable Squares onSlide(String name, Squares squares, SlideView view) {
    Squares placed = squares;
    if (squares.micrometres()) {
      if (view.micronsPerPixel().isEmpty()) {
        notes.add(
            "slide " + name + " is not drawn on: its patches lie at micrometres, and its file "
                + "does not tell the size of its pixels");
        return null;
      }
      placed = squares.times(1 / view.micronsPerPixel().getAsDouble());
    }
    // the last row and column may reach over the edge
    if (placed.left() < 0
        || placed.top() < 0
        || placed.right() > view.width() + placed.side()
        || placed.bottom() > view.height() + placed.side()) {
      notes.add("slide " + name + " is not drawn on: patches lie beyond its " + view.width() + " x "
          + view.height() + " pixels; is it the slide that they were made of?");
      return null;
    }
    return placed;
  }

  private static void cut(Sample sample, Squares squares, SlideView view) throws IOException {
    for (int i = 0; i < squares.elements().length; i++) {
      int element = squares.elements()[i];
      if (sample.shows(element)) {
        sample.cut().put(element, view.patch(squares.x()[i], squares.y()[i], squares.side(), TILE));
      }
    }
  }

  /** The most attended patches in rows, and below a wider gap the least attended, framed by the colours of their percentiles. */
  private static BufferedImage contactSheet(Sample sample) {
    BufferedImage most = contactSheet(sample, sample.most());
    if (sample.least().isEmpty()) {
      return most;
    }
    BufferedImage least = contactSheet(sample, sample.least());
    BufferedImage both = new BufferedImage(
        Math.max(most.getWidth(), least.getWidth()),
        most.getHeight() + 3 * FRAME + least.getHeight(),
        BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = both.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, both.getWidth(), both.getHeight());
    graphics.drawImage(most, 0, 0, null);
    graphics.drawImage(least, 0, both.getHeight() - least.getHeight(), null);
    graphics.dispose();
    return both;
  }

  private static BufferedImage contactSheet(Sample sample, List<Integer> elements) {
    List<BufferedImage> framed = new ArrayList<>();
    for (int element : elements) {
      BufferedImage tile =
          new BufferedImage(TILE + 2 * FRAME, TILE + 2 * FRAME, BufferedImage.TYPE_INT_RGB);
      Graphics2D graphics = tile.createGraphics();
      graphics.setColor(new Color(Viridis.rgb(sample.overall()[element] / 100)));
      graphics.fillRect(0, 0, tile.getWidth(), tile.getHeight());
      BufferedImage cut = sample.cut().get(element);
      if (cut == null) {
        // of a slide that was not found
        graphics.setColor(Color.LIGHT_GRAY);
        graphics.fillRect(FRAME, FRAME, TILE, TILE);
      } else {
        graphics.drawImage(cut, FRAME, FRAME, null);
      }
      graphics.dispose();
      framed.add(tile);
    }
    return HeatMap.sheet(framed, COLUMNS, TILE + 2 * FRAME, FRAME, Color.WHITE);
  }

  private void write(String name, BufferedImage image) {
    AtomicFiles.write(out.resolve(name + ".png"), stream -> LabelImage.write(image, stream));
  }
}
