/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Makes parts, and has Declarative Services wire them; a service. */
public interface PartWiring {
  /**
   * Starts parts and wires them.
   *
   * @return the parts; closing it takes them down
   * @throws FaultsException when a part does not start, with its own reason
   */
  PartScope wire(List<PartUse> uses);

  /**
   * Starts parts outside of an experiment.
   *
   * @param wanted by kind ("extractor"), each an object with a type and settings; defaults are written into it
   * @throws FaultsException with every fault of the settings, or when a part does not start
   */
  PartScope wire(ObjectNode wanted);
}
