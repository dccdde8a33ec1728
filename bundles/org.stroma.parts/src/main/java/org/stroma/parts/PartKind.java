/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.stroma.api.Baseline;
import org.stroma.api.Encoder;
import org.stroma.api.Fusion;
import org.stroma.api.Head;
import org.stroma.api.Loss;
import org.stroma.api.Metric;
import org.stroma.api.Optimizer;
import org.stroma.api.Pretext;
import org.stroma.api.Schedule;
import org.stroma.api.TemporalModule;
import org.stroma.api.data.Reader;
import org.stroma.api.data.SplitStrategy;
import org.stroma.api.data.Tokenizer;
import org.stroma.api.data.Transform;
import org.stroma.api.slides.FeatureExtractor;
import org.stroma.api.slides.StainNormalizer;

/**
 * The kinds of parts. A kind is an interface of the API and the annotation that names its parts, which sets {@link #property}; an
 * entry here is all that a new one needs to be found, configured and wired.
 */
public enum PartKind {
  READER(Reader.class),
  TRANSFORM(Transform.class),
  TOKENIZER(Tokenizer.class),
  ENCODER(Encoder.class),
  FUSION(Fusion.class),
  TEMPORAL(TemporalModule.class),
  HEAD(Head.class),
  LOSS(Loss.class),
  OPTIMIZER(Optimizer.class),
  SCHEDULE(Schedule.class),
  PRETEXT(Pretext.class),
  METRIC(Metric.class),
  BASELINE(Baseline.class),
  SPLIT(SplitStrategy.class),
  EXTRACTOR(FeatureExtractor.class),
  STAIN(StainNormalizer.class);

  private final Class<?> service;

  PartKind(Class<?> service) {
    this.service = service;
  }

  /** The interface that parts of this kind implement. */
  public Class<?> service() {
    return service;
  }

  /** The service property with the part's type, as the annotations of org.stroma.api set it. */
  public String property() {
    return "stroma." + label() + ".part";
  }

  /** The kind as users write it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The kind that users call so. */
  public static Optional<PartKind> of(String label) {
    return Arrays.stream(values()).filter(kind -> kind.label().equals(label)).findFirst();
  }
}
