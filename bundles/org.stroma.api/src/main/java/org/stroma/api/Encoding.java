/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * What an encoder makes of a modality.
 *
 * @param embedding [B, d]
 * @param tokens [B, N, d], or null where the encoder has none
 * @param tokenMask [B, N], or null
 * @param attention weights over the elements [B, N], zero on padding, or null
 * @param extras what else losses may learn from, by name; the encoder's Javadoc tells names and shapes
 */
public record Encoding(
    Operand<TFloat32> embedding,
    Operand<TFloat32> tokens,
    Operand<TFloat32> tokenMask,
    Operand<TFloat32> attention,
    Map<String, Operand<TFloat32>> extras) {

  /** An encoding without extras. */
  public Encoding(
      Operand<TFloat32> embedding,
      Operand<TFloat32> tokens,
      Operand<TFloat32> tokenMask,
      Operand<TFloat32> attention) {
    this(embedding, tokens, tokenMask, attention, Map.of());
  }

  /** An embedding alone. */
  public static Encoding of(Operand<TFloat32> embedding) {
    return new Encoding(embedding, null, null, null);
  }
}
