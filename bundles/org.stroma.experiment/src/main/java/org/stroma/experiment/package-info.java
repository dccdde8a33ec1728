/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** An experiment: its file read and checked against the installed parts, and its JSON Schema. */
@NullMarked
@Version("1.0.0")
@Export
package org.stroma.experiment;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
