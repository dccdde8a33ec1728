/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TFloat32;

/**
 * A named resource variable.
 *
 * @param name path of the variable, such as {@code modalities/rna/encoder/projection/kernel}
 * @param handle the resource
 * @param value the one read of it, shared by all sub-graphs; gradients are taken with respect to this read
 * @param shape its static shape
 * @param initializer how it starts
 * @param trainable whether an optimizer changes it (statistics of batch normalisation are not trainable)
 * @param decay whether weight decay applies: not to biases, gains of norms, and embeddings
 */
public record Variable(
    String name,
    VarHandleOp handle,
    Operand<TFloat32> value,
    Shape shape,
    Initializer initializer,
    boolean trainable,
    boolean decay) {}
