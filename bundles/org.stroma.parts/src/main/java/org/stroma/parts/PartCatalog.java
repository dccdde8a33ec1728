/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts;

import java.util.List;
import java.util.Optional;
import org.osgi.framework.Bundle;

/** The parts that are installed now; a service. Bundles come and go while Stroma runs, so ask again rather than keep a list. */
public interface PartCatalog {
  /** All parts, by kind and type. Of two with the same kind and type one alone is here; {@link #flaws} tells of the other. */
  List<PartDescriptor> parts();

  /** The part of that kind and type. */
  Optional<PartDescriptor> part(PartKind kind, String type);

  /** Parts that are not among the others, because what they declare cannot be read or another comes before; a sentence each. */
  List<String> flaws();

  /**
   * Whether a bundle came with the distribution. Where it came from decides, not what it calls itself: its place in bundles/, or,
   * where no launcher has told where that is, anything but the folder of extensions.
   */
  boolean ofDistribution(Bundle bundle);
}
