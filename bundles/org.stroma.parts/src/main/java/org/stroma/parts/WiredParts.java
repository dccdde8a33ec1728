/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.stroma.api.Encoder;
import org.stroma.api.Fusion;
import org.stroma.api.Head;
import org.stroma.api.Loss;
import org.stroma.api.Optimizer;
import org.stroma.api.Pretext;
import org.stroma.api.Schedule;
import org.stroma.api.TemporalModule;
import org.stroma.api.data.Reader;
import org.stroma.api.data.Tokenizer;
import org.stroma.api.data.Transform;
import org.stroma.api.slides.FeatureExtractor;
import org.stroma.api.slides.StainNormalizer;

/**
 * The parts of one experiment, wired by Declarative Services: its configuration targets each reference at the
 * experiment's id and sets the minimum cardinalities, so that the component is satisfied exactly when every part of the
 * experiment is there. Parts are found by their slot, the JSON pointer of the place that asks for them.
 */
@Component(
    service = WiredParts.class,
    configurationPid = WiredParts.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class WiredParts {
  /** Factory PID. */
  static final String PID = "org.stroma.runtime.parts";

  /** Service property with the id of the experiment that a part belongs to. */
  static final String EXPERIMENT = "stroma.experiment";

  /** Service property with the JSON pointer of the place in the experiment. */
  static final String SLOT = "stroma.slot";

  private static final int PATIENCE_SECONDS = 60;

  private final Map<String, Object> bySlot = new HashMap<>();
  private final PartInvoker code;

  @Activate
  public WiredParts(
      BundleContext context,
      @Reference(name = "gate") PartGate gate,
      @Reference(name = "reader", cardinality = ReferenceCardinality.MULTIPLE)
          List<Map.Entry<Map<String, Object>, Reader>> readers,
      @Reference(name = "transform", cardinality = ReferenceCardinality.MULTIPLE)
          List<Map.Entry<Map<String, Object>, Transform>> transforms,
      @Reference(name = "tokenizer", cardinality = ReferenceCardinality.MULTIPLE)
          List<Map.Entry<Map<String, Object>, Tokenizer>> tokenizers,
      @Reference(name = "encoder", cardinality = ReferenceCardinality.MULTIPLE)
          List<Map.Entry<Map<String, Object>, Encoder>> encoders,
      @Reference(name = "fusion", cardinality = ReferenceCardinality.MULTIPLE)
          List<Map.Entry<Map<String, Object>, Fusion>> fusions,
      @Reference(name = "temporal", cardinality = ReferenceCardinality.MULTIPLE)
          List<Map.Entry<Map<String, Object>, TemporalModule>> temporals,
      @Reference(name = "head", cardinality = ReferenceCardinality.MULTIPLE)
          List<Map.Entry<Map<String, Object>, Head>> heads,
      @Reference(name = "loss", cardinality = ReferenceCardinality.MULTIPLE)
          List<Map.Entry<Map<String, Object>, Loss>> losses,
      @Reference(name = "optimizer", cardinality = ReferenceCardinality.MULTIPLE)
          List<Map.Entry<Map<String, Object>, Optimizer>> optimizers,
      @Reference(name = "schedule", cardinality = ReferenceCardinality.MULTIPLE)
          List<Map.Entry<Map<String, Object>, Schedule>> schedules,
      @Reference(name = "pretext", cardinality = ReferenceCardinality.MULTIPLE)
          List<Map.Entry<Map<String, Object>, Pretext>> pretexts,
      @Reference(name = "extractor", cardinality = ReferenceCardinality.MULTIPLE)
          List<Map.Entry<Map<String, Object>, FeatureExtractor>> extractors,
      @Reference(name = "stain", cardinality = ReferenceCardinality.MULTIPLE)
          List<Map.Entry<Map<String, Object>, StainNormalizer>> stains) {
    code = new PartInvoker(PartInvoker.patience(context, PATIENCE_SECONDS));
    for (List<? extends Map.Entry<Map<String, Object>, ?>> parts : List.of(
        readers,
        transforms,
        tokenizers,
        encoders,
        fusions,
        temporals,
        heads,
        losses,
        optimizers,
        schedules,
        pretexts,
        extractors,
        stains)) {
      parts.forEach(part -> bySlot.put((String) part.getKey().get(SLOT), part.getValue()));
    }
  }

  /** Runs what the parts build. */
  public PartInvoker code() {
    return code;
  }

  /** The part in a slot. */
  public <P> P get(String slot, Class<P> kind) {
    Object part = bySlot.get(slot);
    if (!kind.isInstance(part)) {
      throw new IllegalStateException("no " + kind.getSimpleName() + " in slot " + slot);
    }
    return kind.cast(part);
  }
}
