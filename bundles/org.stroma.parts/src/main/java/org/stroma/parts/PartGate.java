/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts;

import org.osgi.annotation.bundle.Capability;

/**
 * A service that the parts of one experiment are there with: whoever unregisters it has them deactivated in his own thread, and
 * not in the one in which Configuration Admin tells everybody everything.
 */
@Capability(
    namespace = "osgi.service",
    attribute = "objectClass:List<String>=\"org.stroma.runtime.PartGate\"",
    effective = "active")
final class PartGate {}
