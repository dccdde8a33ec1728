/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Opening ONNX models, with faults in sentences. */
@Version("1.1.0")
@Export
package org.stroma.onnxruntime;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
