/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Metrics of what heads predict. A metric is a number, or the reason why there is none: never NaN. */
@Version("1.0.0")
@Export
@NullMarked
package org.stroma.metrics;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
