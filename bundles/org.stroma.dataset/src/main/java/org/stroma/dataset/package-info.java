/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** The prepared data of a fold, what was learned of its targets, and the batches that are made of them. */
@NullMarked
@Version("1.0.0")
@Export
package org.stroma.dataset;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
