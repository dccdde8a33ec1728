/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
@Version("1.0.0")
@Export
package org.stroma.nn;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
