/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.transform;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.TransformPart;
import org.stroma.api.data.Learned;
import org.stroma.api.data.ModalityData.Matrix;
import org.stroma.api.data.Transform;

/** Keeps the features with the highest variance among the training patients, sorted by name. */
@Component(configurationPid = TopVariance.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = TopVariance.Settings.class, factory = true)
@TransformPart("top-variance")
public final class TopVariance implements Transform {
  static final String PID = "org.stroma.data.transform.topvariance";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Top variance",
      description = "The features that vary most among training patients")
  public @interface Settings {
    @AttributeDefinition(
        description = "how many features to keep; all where there are fewer",
        min = "1")
    int count() default 2000;
  }

  private final int count;

  @Activate
  public TopVariance(Settings settings) {
    count = settings.count();
  }

  @Override
  public Learned fit(Matrix training) {
    int width = training.features().size();
    Moments[] moments = Moments.of(training);
    // ties are broken by name, so that the column order of a file does not matter
    List<String> names = IntStream.range(0, width)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -moments[i].variance())
            .thenComparing(training.features()::get))
        .limit(count)
        .map(training.features()::get)
        .sorted()
        .toList();
    return Learned.builder().put("features", names).build();
  }

  @Override
  public Matrix apply(Learned learned, Matrix data) {
    return Features.select(
        "top-variance", new LearnedState("top-variance", learned, "features").features(), data);
  }
}
