/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Tools for the tests of parts. */
@Version("1.0.0")
@Export
package org.stroma.testkit;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
