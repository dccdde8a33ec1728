/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The extension points between a whole-slide image and its features: slide formats, stain
 * normalisation, feature extractors. Pixels are 8-bit sRGB, packed as
 * {@link java.awt.image.BufferedImage#TYPE_INT_RGB}.
 */
@Version("1.1.0")
@Export
@NullMarked
package org.stroma.api.slides;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
