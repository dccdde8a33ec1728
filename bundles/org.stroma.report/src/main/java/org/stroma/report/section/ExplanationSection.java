/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.section;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.stroma.files.Csv;
import org.stroma.files.FileProblem;
import org.stroma.report.Study;
import org.stroma.report.figure.ExplanationFigures;
import org.stroma.report.markup.Figure;
import org.stroma.report.markup.Markup;
import org.stroma.report.markup.Words;

/** What explanations in the run directory say of modalities, features and attention. */
public final class ExplanationSection implements Section {
  private static final String FOLDER = "explanations";
  private static final int MOST_PICTURES = 4;
  private static final long LARGEST_PICTURE = 600_000;

  @Override
  public String anchor() {
    return "explanation";
  }

  @Override
  public String title() {
    return "Explanation";
  }

  @Override
  public boolean applies(Study study) {
    return study.run().file(FOLDER).filter(Files::isDirectory).isPresent();
  }

  @Override
  public void write(Study study, Markup page) {
    Path folder = study.run().file(FOLDER).orElseThrow();
    page.element(
        "p",
        "What the models made use of. It tells what they looked at and how their output hangs on it, not that they are right, and "
            + "nothing of causes. README.txt in " + FOLDER + "/ says how each number is made.");
    List<Figure> figures = new ArrayList<>();
    Path importance = folder.resolve("importance.csv");
    if (Files.isRegularFile(importance)) {
      figures.addAll(ExplanationFigures.importance(importance));
    }
    for (Path modality : entries(folder.resolve("attributions"))) {
      Path summary = modality.resolve("summary.csv");
      if (Files.isRegularFile(summary)) {
        figures.addAll(
            ExplanationFigures.attributions(String.valueOf(modality.getFileName()), summary));
      }
    }
    for (Path file : entries(folder.resolve("fusion"))) {
      String name = String.valueOf(file.getFileName());
      if (name.endsWith(".csv") && !name.endsWith("-samples.csv")) {
        ExplanationFigures.attention(name.substring(0, name.length() - 4), file)
            .ifPresent(figures::add);
      }
    }
    Figure.write(page, figures);
    pictures(
        folder,
        "attention",
        "Attention over slides",
        "Where the model looked on ",
        "Colours are percentiles of the attention among the patches of a picture: dark blue least, yellow most. ",
        page);
    pictures(
        folder,
        "segmentation",
        "Predicted classes of patches",
        "Predicted classes of the patches of ",
        "",
        page);
  }

  /** Pictures of slides, the first of each modality or head. */
  private static void pictures(
      Path explanations, String kind, String heading, String alternative, String key, Markup page) {
    List<Path> all = new ArrayList<>();
    for (Path modality : entries(explanations.resolve(kind))) {
      all.addAll(entries(modality).stream()
          .filter(file -> file.toString().endsWith(".png"))
          .toList());
    }
    List<Path> shown = all.stream()
        .filter(file -> size(file) <= LARGEST_PICTURE)
        .limit(MOST_PICTURES)
        .toList();
    if (all.isEmpty()) {
      return;
    }
    page.element("h3", heading);
    page.open("div", "class", "figures");
    for (Path picture : shown) {
      String name = String.valueOf(picture.getFileName()).replaceFirst("\\.png$", "");
      page.open("figure").element("figcaption", name, "class", "title");
      page.empty(
          "img",
          "class",
          kind,
          "src",
          "data:image/png;base64," + Base64.getEncoder().encodeToString(bytes(picture)),
          "alt",
          alternative + name);
      page.close("figure");
    }
    page.close("div");
    legend(explanations.resolve(kind), page);
    page.element(
        "p",
        key + "Shown are " + shown.size() + " of " + Words.count(all.size(), "picture")
            + "; all are in " + FOLDER + "/" + kind + "/, with tables and GeoJSON for QuPath.");
  }

  /** The colours of classes, of the first head that has any. */
  private static void legend(Path folder, Markup page) {
    for (Path head : entries(folder)) {
      Path file = head.resolve("legend.csv");
      if (Files.isRegularFile(file)) {
        List<List<String>> classes = new ArrayList<>();
        Csv.read(file, classes::add);
        if (classes.get(0).equals(List.of("index", "class", "red", "green", "blue"))) {
          page.open("p", "class", "legend");
          classes.stream()
              .skip(1)
              .forEach(cells -> page.element(
                  "span",
                  cells.get(1),
                  "style",
                  "border-color:rgb(" + String.join(",", cells.subList(2, 5)) + ")"));
          page.close("p");
          return;
        }
      }
    }
  }

  private static List<Path> entries(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw FileProblem.read(folder, e);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw FileProblem.read(file, e);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw FileProblem.read(file, e);
    }
  }
}
