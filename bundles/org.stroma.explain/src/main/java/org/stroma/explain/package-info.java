/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Auxiliary outputs of models, such as attention and segmentations, as files that people look at. */
@NullMarked
@Version("1.0.0")
@Export
package org.stroma.explain;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
