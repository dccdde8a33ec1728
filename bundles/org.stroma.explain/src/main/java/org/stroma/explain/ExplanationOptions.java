/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.stroma.api.slides.SlideFormat;

/** With what explanations are made. Immutable; each method gives a changed copy. */
public final class ExplanationOptions {
  /** Most and least attended patches of each patient that are shown. */
  public static final int TOP = 16;

  /** Points between the baseline and a patient at which gradients are taken. */
  public static final int STEPS = 64;

  private static final ExplanationOptions USUAL =
      new ExplanationOptions(null, List.of(), TOP, STEPS);

  private final @Nullable Path slides;
  private final List<SlideFormat> formats;
  private final int top;
  private final int steps;

  private ExplanationOptions(@Nullable Path slides, List<SlideFormat> formats, int top, int steps) {
    this.slides = slides;
    this.formats = List.copyOf(formats);
    this.top = top;
    this.steps = steps;
  }

  /** Without slides, {@value #TOP} patches, {@value #STEPS} steps. */
  public static ExplanationOptions usual() {
    return USUAL;
  }

  /** @param folder where slides lie, by the name of their features' files, with any ending; null for none */
  public ExplanationOptions slides(@Nullable Path folder) {
    return new ExplanationOptions(folder, formats, top, steps);
  }

  /** @param readers of slides, by rising ranking */
  public ExplanationOptions formats(List<SlideFormat> readers) {
    return new ExplanationOptions(slides, readers, top, steps);
  }

  /** @param count of most and of least attended patches of each patient; 0 for none */
  public ExplanationOptions top(int count) {
    return new ExplanationOptions(slides, formats, count, steps);
  }

  /** @param count of points of integrated gradients; 0 for no attributions */
  public ExplanationOptions steps(int count) {
    return new ExplanationOptions(slides, formats, top, count);
  }

  public Optional<Path> slides() {
    return Optional.ofNullable(slides);
  }

  public List<SlideFormat> formats() {
    return formats;
  }

  public int top() {
    return top;
  }

  public int steps() {
    return steps;
  }
}
