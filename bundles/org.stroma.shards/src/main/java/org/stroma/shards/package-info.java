/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Work that is split: a shard of it, several processes that carry shards out, and what puts their results together. */
@NullMarked
@Version("1.0.0")
@Export
package org.stroma.shards;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
