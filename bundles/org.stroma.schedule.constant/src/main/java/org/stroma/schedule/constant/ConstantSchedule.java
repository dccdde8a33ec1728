/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.schedule.constant;

import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.Schedule;
import org.stroma.api.SchedulePart;
import org.stroma.api.TrainingProgress;

/** A constant learning rate. */
@Component(
    configurationPid = ConstantSchedule.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ConstantSchedule.Settings.class, factory = true)
@SchedulePart("constant")
public final class ConstantSchedule implements Schedule {
  static final String PID = "org.stroma.schedule.constant";

  /** No settings. */
  @ObjectClassDefinition(name = "Constant", description = "The same learning rate in every epoch")
  public @interface Settings {}

  @Override
  public double factor(TrainingProgress progress) {
    return 1;
  }
}
