/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Graphs of TensorFlow as ONNX models. */
@Version("1.0.0")
@Export
@NullMarked
package org.stroma.onnx;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
