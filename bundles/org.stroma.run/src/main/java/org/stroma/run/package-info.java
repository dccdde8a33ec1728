/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** The directory of a run: files, checkpoints, provenance and log. */
@NullMarked
@Version("1.0.0")
@Export
package org.stroma.run;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
