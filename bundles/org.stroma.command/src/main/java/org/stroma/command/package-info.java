/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** What a command of the console and the command line is given, and how it ends. */
@NullMarked
@Version("1.0.0")
@Export
package org.stroma.command;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
