/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.transform;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.TransformPart;
import org.stroma.api.data.Bag;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Learned;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.ModalityData.Matrix;
import org.stroma.api.data.Transform;

/**
 * The mean over the elements of a bag, one vector a patient: a slide as the mean of its patches. Each bag is read once, and its mean is
 * kept as long as the bag. Vectors stay as they are. Learns nothing.
 */
@Component(configurationPid = BagMean.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = BagMean.Settings.class, factory = true)
@TransformPart("bag-mean")
public final class BagMean implements Transform {
  static final String PID = "org.stroma.data.transform.bagmean";

  /** Nothing can be set. */
  @ObjectClassDefinition(
      name = "Mean of a bag",
      description =
          "The mean over the elements of a bag, such as the patches of a slide; the first transform of a modality of bags")
  public @interface Settings {}

  private final Map<Bag, float[]> means = Collections.synchronizedMap(new WeakHashMap<>());

  @Override
  public Optional<Matrix> vectors(ModalityData data) {
    if (!(data instanceof ModalityData.Bags bags)) {
      return Optional.empty();
    }
    List<String> features = new ArrayList<>();
    for (int i = 0; i < bags.width(); i++) {
      features.add("mean." + i);
    }
    Map<String, float[]> rows = new LinkedHashMap<>();
    bags.bags().forEach((patient, bag) -> {
      float[] mean = means.get(bag);
      if (mean == null) {
        try {
          mean = bag.mean(bags.width());
        } catch (DataException e) {
          throw e.at("patient " + patient);
        }
        means.put(bag, mean);
      }
      rows.put(patient, mean);
    });
    return Optional.of(Matrix.of(features, rows));
  }

  @Override
  public Learned fit(Matrix training) {
    return Learned.empty();
  }

  @Override
  public Matrix apply(Learned learned, Matrix data) {
    new LearnedState("bag-mean", learned);
    return data;
  }
}
