/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The folder of extensions. Jars in it are started while Stroma runs, as far as the folder's policy
 * trusts them; those that are taken away are stopped. One that cannot be used is named with the
 * reason, and takes nothing else down.
 */
@Version("1.0.0")
@Export
@NullMarked
package org.stroma.extensions;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
