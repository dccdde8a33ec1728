/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Statistics on arrays, one element a patient: survival, classes, numbers, intervals and tests. Each class names its definition, the
 * convention that it follows and its source. What cannot be computed has a reason ({@link Estimate}, {@link Interval}), and is never
 * NaN; arrays of different lengths, or with values that are not finite, are an {@link java.lang.IllegalArgumentException}. The order
 * of the patients changes nothing but rounding. Times are equal where they are the same number; round before where they are computed.
 */
@Version("1.0.0")
@Export
@NullMarked
package org.stroma.statistics;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
