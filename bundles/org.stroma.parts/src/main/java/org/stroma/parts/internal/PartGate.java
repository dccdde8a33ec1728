/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts.internal;

import org.osgi.annotation.bundle.Capability;

/**
 * Mandatory reference of {@link WiredPartsComponent}. Unregistering it deactivates the parts on the caller's thread, not on
 * Configuration Admin's.
 */
@Capability(
    namespace = "osgi.service",
    attribute = "objectClass:List<String>=\"org.stroma.parts.internal.PartGate\"",
    effective = "active")
final class PartGate {}
