/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Implementation of {@link HeadOutput}. */
record HeadOutputValues(Operand<TFloat32> raw, Map<Prediction, Operand<TFloat32>> predictions)
    implements HeadOutput {}
