/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * From patches to the numbers that a pretrained image model wants, and from its output to rows of
 * features.
 */
@Version("1.2.0")
@Export
@NullMarked
package org.stroma.slides.pixels;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
