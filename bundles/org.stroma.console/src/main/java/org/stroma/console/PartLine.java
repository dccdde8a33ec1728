/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.util.Locale;
import org.stroma.parts.PartDescriptor;

/** A part as listed by {@code parts}: one line as text, and properties for scripts. */
public final class PartLine {
  private final PartDescriptor part;

  PartLine(PartDescriptor part) {
    this.part = part;
  }

  /** The kind: reader, transform, encoder, ... */
  public String getKind() {
    return part.kind().label();
  }

  /** The type by which experiments refer to it. */
  public String getType() {
    return part.type();
  }

  /** The symbolic name of its bundle. */
  public String getBundle() {
    return part.bundle().getSymbolicName();
  }

  /** The version of its bundle. */
  public String getVersion() {
    return part.bundle().getVersion().toString();
  }

  /** The description. */
  public String getDescription() {
    return part.description();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%-10s %-22s %-36s %-16s %s",
        getKind(),
        getType(),
        getBundle(),
        getVersion(),
        getDescription());
  }
}
