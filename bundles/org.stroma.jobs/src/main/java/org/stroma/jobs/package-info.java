/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Experiments in the background: queued, waiting for parts, running, ended. */
@NullMarked
@Version("1.0.0")
@Export
package org.stroma.jobs;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
