/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import org.apache.felix.service.command.Converter;
import org.osgi.service.component.annotations.Component;
import org.stroma.jobs.Job;

/**
 * Prints parts and experiments in Gogo as one line (their toString) instead of lists of properties.
 */
@Component
public final class LineConverter implements Converter {
  @Override
  public Object convert(Class<?> desired, Object in) {
    return null;
  }

  @Override
  public CharSequence format(Object target, int level, Converter escape) {
    return target instanceof PartLine || target instanceof Job ? target.toString() : null;
  }
}
