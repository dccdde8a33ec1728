/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Training and testing on folds, pretraining, prediction and export of models. */
@NullMarked
@Version("1.0.0")
@Export
package org.stroma.training;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
