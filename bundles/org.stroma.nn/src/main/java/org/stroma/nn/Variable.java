/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import org.osgi.annotation.versioning.ProviderType;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TFloat32;

/** A named resource variable. As an operand it is its value. */
@ProviderType
public interface Variable extends Operand<TFloat32> {
  /** The path of the variable, such as {@code modalities/rna/encoder/projection/kernel}. */
  String name();

  /**
   * The resource, for operations that change it.
   *
   * @throws IllegalStateException in a model that is exported, whose weights are constants
   */
  VarHandleOp handle();

  /** The one read of it, shared by all sub-graphs; gradients are taken with respect to this read. */
  Operand<TFloat32> value();

  /** Its static shape. */
  @Override
  Shape shape();

  /** How it starts. */
  Initializer initializer();

  /** Whether an optimizer changes it (statistics of batch normalisation are not trainable). */
  boolean trainable();

  /** Whether weight decay applies: not to biases, gains of norms, and embeddings. */
  boolean decay();

  @Override
  default Output<TFloat32> asOutput() {
    return value().asOutput();
  }

  @Override
  default Operation op() {
    return value().op();
  }
}
