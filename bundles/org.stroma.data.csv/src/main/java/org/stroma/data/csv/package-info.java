/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Tables in CSV files, and the readers of modalities that stand in them. */
@Version("1.0.0")
@Export
@NullMarked
package org.stroma.data.csv;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
