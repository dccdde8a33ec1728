/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** The model of an experiment as one graph, the devices that compute it, and what it needs of memory. */
@NullMarked
@Version("1.0.0")
@Export
package org.stroma.model;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
