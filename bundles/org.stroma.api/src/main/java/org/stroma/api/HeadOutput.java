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
 * @param raw what losses take: logits [B, C], log hazard [B, 1], logits of the hazards in time bins [B, k], logits of
 *     patches [R, N, C]
 * @param predictions what users read, by name
 */
public record HeadOutput(Operand<TFloat32> raw, Map<String, Operand<TFloat32>> predictions) {}
