/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Predictions of patients and patches, their table, and their metrics. */
@NullMarked
@Version("1.0.0")
@Export
package org.stroma.evaluation;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
