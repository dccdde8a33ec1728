/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** From an experiment file to a run directory: what the commands call. */
@Version("1.0.0")
@Export
@NullMarked
package org.stroma.runtime;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
