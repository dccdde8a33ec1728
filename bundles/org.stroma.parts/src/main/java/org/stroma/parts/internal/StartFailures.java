/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts.internal;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.stroma.parts.PartDescriptor;

/** Why parts did not start, from what the service component runtime keeps. */
final class StartFailures {
  private static final Pattern FAILURE = Pattern.compile("(?:[\\w$]+\\.)*([\\w$]+): (.*)");

  /** What they say is a sentence for the user. */
  private static final Set<String> REFUSALS =
      Set.of("IllegalArgumentException", "DataException", "FaultsException");

  private final ServiceComponentRuntime components;

  StartFailures(ServiceComponentRuntime components) {
    this.components = components;
  }

  /** Why the part of a slot did not start, in its own words, if it failed. */
  Optional<String> of(PartDescriptor part, String slot) {
    ComponentDescriptionDTO description =
        components.getComponentDescriptionDTO(part.bundle(), part.component());
    if (description == null) {
      return Optional.of("its bundle " + part.bundle().getSymbolicName() + " went away");
    }
    for (ComponentConfigurationDTO dto : components.getComponentConfigurationDTOs(description)) {
      if (slot.equals(dto.properties.get(WiredPartsComponent.SLOT))
          && dto.state == ComponentConfigurationDTO.FAILED_ACTIVATION) {
        return Optional.of(reason(part.describe(), dto.failure));
      }
    }
    return Optional.empty();
  }

  /** The innermost cause: a refusal is the part's own sentence, anything else is told with the part's name. */
  static String reason(String part, String trace) {
    String cause = "";
    for (String line : trace.split("\n")) {
      if (cause.isEmpty() || line.startsWith("Caused by: ")) {
        cause = line.replaceFirst("^Caused by: ", "").strip();
      }
    }
    // a class that has failed before says so in its own way
    cause = cause
        .replaceFirst("^java\\.lang\\.ExceptionInInitializerError: Exception ", "")
        .replaceFirst(" \\[in thread .*]$", "");
    Matcher named = FAILURE.matcher(cause);
    if (named.matches() && REFUSALS.contains(named.group(1))) {
      return named.group(2);
    }
    return part + " does not start: "
        + (named.matches() ? named.group(1) + ": " + named.group(2) : cause);
  }
}
