/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Files that are whole or absent, names that are safe everywhere, and what is wrong with a file, in words. */
@NullMarked
@Version("1.0.0")
@Export
package org.stroma.files;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
