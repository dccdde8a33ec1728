/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.transform;

import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.TransformPart;
import org.stroma.api.data.Learned;
import org.stroma.api.data.ModalityData.Matrix;
import org.stroma.api.data.Transform;

/**
 * Divides by the square root of the number of features, as blocks of variables are scaled to equal variance (Westerhuis, Kourti and
 * MacGregor 1998): after {@code zscore} a patient's vector is about 1 long, however many features the modality has, so that one learning
 * rate serves all modalities. Learns nothing.
 */
@Component(configurationPid = BlockScale.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = BlockScale.Settings.class, factory = true)
@TransformPart("block-scale")
public final class BlockScale implements Transform {
  static final String PID = "org.stroma.data.transform.blockscale";

  /** Nothing can be set. */
  @ObjectClassDefinition(
      name = "Block scaling",
      description = "Divides by the square root of the number of features")
  public @interface Settings {}

  @Override
  public Learned fit(Matrix training) {
    return Learned.empty();
  }

  @Override
  public Matrix apply(Learned learned, Matrix data) {
    new LearnedState("block-scale", learned);
    double root = Math.sqrt(data.features().size());
    return RowMapper.of("block-scale", data.features(), data, (patient, row) -> {
      float[] scaled = new float[row.length];
      for (int i = 0; i < row.length; i++) {
        scaled[i] = (float) (row[i] / root);
      }
      return scaled;
    });
  }
}
