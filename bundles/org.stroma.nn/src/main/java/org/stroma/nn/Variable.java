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

/** A named resource variable; as an operand it is its value. */
@ProviderType
public interface Variable extends Operand<TFloat32> {
  /** The path of the variable, such as {@code modalities/rna/encoder/projection/kernel}. */
  String name();

  /**
   * The resource handle, for operations that change the variable. A trainable variable may have been joined with others, for the optimizer's sake: who
   * asks for its handle ends the build of the model with an error, and the model is built anew with that variable alone.
   *
   * @throws IllegalStateException in that case, and in an exported model, whose weights are constants
   */
  VarHandleOp handle();

  /** The read operation shared by all sub-graphs. Gradients are taken with respect to it. */
  Operand<TFloat32> value();

  /** The static shape. */
  @Override
  Shape shape();

  /** The initializer. */
  Initializer initializer();

  /** Whether optimizers update it; false for statistics of batch normalisation. */
  boolean trainable();

  /** Whether weight decay applies; false for biases, gains of normalisation and embeddings. */
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
