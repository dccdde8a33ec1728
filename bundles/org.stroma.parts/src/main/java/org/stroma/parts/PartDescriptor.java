/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts;

import java.util.List;
import java.util.Optional;
import org.osgi.framework.Bundle;

/**
 * A part that an installed bundle provides.
 *
 * @param kind what it is
 * @param type the name by which experiments ask for it
 * @param pid the factory PID of its configurations
 * @param component the name of its DS component
 * @param bundle who provides it
 * @param title its name for people
 * @param description what it does
 * @param facts what else is said of it: paper, parameters, cost
 * @param settings what can be set
 */
public record PartDescriptor(
    PartKind kind,
    String type,
    String pid,
    String component,
    Bundle bundle,
    String title,
    String description,
    Facts facts,
    List<Setting> settings) {

  /**
   * What {@link org.stroma.api.PartFacts} says, and of a reader {@link org.stroma.api.ReaderGives}; empty texts where they say nothing.
   *
   * @param gives the name of a {@link org.stroma.api.ReaderGives.Kind}
   */
  public record Facts(String paper, String parameters, String cost, String gives) {
    /** Whether there is something to tell of the part's method. */
    public boolean ofMethod() {
      return !(paper + parameters + cost).isEmpty();
    }
  }

  /** What it is and whose: {@code the encoder abmil of org.stroma.encoder.abmil 0.1.0}. */
  public String describe() {
    return describe(kind, type, bundle);
  }

  /** The same for a part that is not described, or of a class that no bundle has (null). */
  public static String describe(PartKind kind, String type, Bundle bundle) {
    return "the " + kind.label() + " " + type
        + (bundle == null ? "" : " of " + bundle.getSymbolicName() + " " + bundle.getVersion());
  }

  /** The setting of that name. */
  public Optional<Setting> setting(String name) {
    return settings.stream().filter(s -> s.name().equals(name)).findFirst();
  }
}
