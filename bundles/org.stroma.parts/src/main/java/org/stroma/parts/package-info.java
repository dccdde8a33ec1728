/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** The installed parts: what they are, what can be set, and how they are started and wired by Declarative Services. */
@NullMarked
@Version("1.0.0")
@Export
package org.stroma.parts;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
