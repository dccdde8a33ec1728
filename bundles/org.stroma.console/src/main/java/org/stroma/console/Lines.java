/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import org.apache.felix.service.command.Converter;
import org.osgi.service.component.annotations.Component;
import org.stroma.jobs.Job;

/** Shows parts and experiments in the Gogo console by their lines: it would list their properties. */
@Component
public final class Lines implements Converter {
  @Override
  public Object convert(Class<?> desired, Object in) {
    return null;
  }

  @Override
  public CharSequence format(Object target, int level, Converter escape) {
    return target instanceof PartLine || target instanceof Job ? target.toString() : null;
  }
}
