/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Patients, their visits and targets, what each of them has, and splits by patient. */
@Version("1.0.0")
@Export
@NullMarked
package org.stroma.cohort;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
