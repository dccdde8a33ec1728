/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
@Version("1.0.0")
@Export
@NullMarked
package org.stroma.nn;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
