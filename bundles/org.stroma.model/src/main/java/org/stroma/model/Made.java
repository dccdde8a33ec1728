/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import org.stroma.parts.PartUse;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * What a part has made in a sub-graph.
 *
 * @param part whose it is
 * @param scope of its variables
 * @param value of any shape
 */
record Made(PartUse part, String scope, Operand<TFloat32> value) {}
