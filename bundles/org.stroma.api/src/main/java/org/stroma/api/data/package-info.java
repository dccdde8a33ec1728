/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The extension points of the data side: readers, transforms and tokenizers, and the tables that
 * pass between them. Whatever learns from data learns from training patients alone.
 */
@Version("1.0.0")
@Export
@NullMarked
package org.stroma.api.data;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
