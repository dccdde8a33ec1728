/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.schedule.cosine;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.Schedule;
import org.stroma.api.SchedulePart;
import org.stroma.api.TrainingProgress;

/**
 * Cosine decay from 1 to the floor over the epochs (Loshchilov and Hutter 2017, without restarts),
 * after linear warm-up epochs.
 */
@Component(configurationPid = CosineSchedule.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = CosineSchedule.Settings.class, factory = true)
@SchedulePart("cosine")
public final class CosineSchedule implements Schedule {
  static final String PID = "org.stroma.schedule.cosine";

  /** What can be set. */
  @ObjectClassDefinition(name = "Cosine", description = "Half a cosine over the epochs")
  public @interface Settings {
    @AttributeDefinition(
        description = "epochs of linear rise at the start",
        min = "0",
        max = "100000")
    int warmupEpochs() default 0;

    @AttributeDefinition(description = "factor at the end", min = "0", max = "1")
    double floor() default 0;
  }

  private final int warmupEpochs;
  private final double floor;

  @Activate
  public CosineSchedule(Settings settings) {
    warmupEpochs = settings.warmupEpochs();
    floor = settings.floor();
  }

  @Override
  public double factor(TrainingProgress progress) {
    int epoch = progress.epoch();
    if (epoch < warmupEpochs) {
      return (epoch + 1.0) / (warmupEpochs + 1.0);
    }
    double fraction =
        (double) (epoch - warmupEpochs) / Math.max(1, progress.epochs() - warmupEpochs);
    return floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, fraction)));
  }
}
