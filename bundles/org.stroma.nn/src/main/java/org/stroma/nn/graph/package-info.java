/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Sessions and memory behind {@link org.stroma.nn}: for what runs a model (Stroma's runtime, the
 * test kit), not for parts. A part that imports this package can break every other part of the
 * model.
 */
@Version("1.0.0")
@Export
@NullMarked
package org.stroma.nn.graph;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
