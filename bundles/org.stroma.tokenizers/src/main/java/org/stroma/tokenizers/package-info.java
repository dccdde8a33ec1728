/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Tokenizers of pretrained models, from a file on this machine. Nothing here reaches for the
 * network.
 */
@Version("1.1.0")
@Export
@NullMarked
package org.stroma.tokenizers;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
