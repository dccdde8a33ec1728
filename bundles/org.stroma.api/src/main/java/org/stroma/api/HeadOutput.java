/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * What a head returns.
 *
 * @param raw what losses take: logits [B, C], log hazard [B, 1]
 * @param predictions what users read, by name: each [B] or [B, k]. A survival head gives {@code risk}, higher for an
 *     earlier event; a classification head gives {@code probability}
 */
public record HeadOutput(Operand<TFloat32> raw, Map<String, Operand<TFloat32>> predictions) {}
