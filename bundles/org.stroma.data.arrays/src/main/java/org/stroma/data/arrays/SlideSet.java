/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.stroma.api.data.AbsentDataException;
import org.stroma.api.data.Bag;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.Problems;
import org.stroma.api.data.ReadContext;

/** Collects the slides of a cohort and reports all their problems together. */
final class SlideSet {
  private final ReadContext context;
  private final String template;
  private final Problems problems = new Problems();
  private final Map<String, List<SlideBag.Slide>> samples = new LinkedHashMap<>();

  /**
   * Slides by their files; null for an empty slide. Samples may share a slide (such as the visits
   * of a patient); it is read once.
   */
  private final Map<List<Path>, SlideBag.Slide> slidesByFiles = new HashMap<>();

  private final WidthCheck widths = new WidthCheck();
  private final List<Path> empty = new ArrayList<>();
  private final List<Path> unlocated = new ArrayList<>();
  private int slides;

  /** @param template path template of the slides, for messages */
  SlideSet(ReadContext context, String template) {
    this.context = context;
    this.template = template;
  }

  /** Runs a check of a sample and records its failure. */
  void check(Runnable check) {
    problems.check(check);
  }

  /**
   * Adds a sample's slide.
   *
   * @param files the slide's feature file, then its companion files
   * @param reading reads the slide; returns null if it has no patches
   */
  void add(String sample, List<Path> files, Supplier<SlideBag.Slide> reading) {
    if (!slidesByFiles.containsKey(files)) {
      slidesByFiles.put(files, null);
      problems.check(() -> slidesByFiles.put(files, read(files.get(0), reading)));
    }
    SlideBag.Slide slide = slidesByFiles.get(files);
    if (slide != null) {
      samples.computeIfAbsent(sample, s -> new ArrayList<>()).add(slide);
    }
  }

  private SlideBag.Slide read(Path file, Supplier<SlideBag.Slide> reading) {
    SlideBag.Slide slide = reading.get();
    if (slide == null) {
      empty.add(file);
      return null;
    }
    slides++;
    widths.add(slide.features().width(), file);
    if (slide.grid() == null) {
      unlocated.add(file);
    }
    return slide;
  }

  /**
   * The bags of all samples that have patches.
   *
   * @throws AbsentDataException if no sample has patches
   */
  ModalityData.Bags bags() {
    // the width of most slides is taken as the extractor's
    int width = widths.common(
        problems, "features a patch", "all slides of a modality have to come from one extractor");
    problems.throwIfAny();
    if (!empty.isEmpty()) {
      context.note(empty.size()
          + (empty.size() == 1
              ? " slide holds no patch and counts"
              : " slides hold no patch and count")
          + " as missing: " + listed(empty));
    }
    if (samples.isEmpty()) {
      throw new AbsentDataException(
          empty.isEmpty()
              ? "no sample has a file " + template
              : "no sample has a patch: none of the files " + template + " holds one ("
                  + empty.size() + ")");
    }
    if (!unlocated.isEmpty() && unlocated.size() < slides) {
      context.note(unlocated.size() + " of " + slides + " slides have no coordinates, such as "
          + unlocated.get(0) + ": the model is told none");
    }
    Map<String, Bag> bags = new LinkedHashMap<>();
    FiniteCheck finite = new FiniteCheck(samples.values().stream()
        .flatMap(List::stream)
        .map(SlideBag.Slide::features)
        .distinct()
        .toList());
    samples.forEach((sample, ofSample) -> bags.put(sample, new SlideBag(ofSample, finite)));
    return ModalityData.Bags.of(width, bags);
  }

  private static String listed(List<Path> files) {
    List<String> names = files.stream()
        .limit(Problems.TOLD)
        .map(file -> file.getFileName().toString())
        .toList();
    return String.join(", ", names)
        + (files.size() > names.size() ? " and " + (files.size() - names.size()) + " more" : "");
  }
}
