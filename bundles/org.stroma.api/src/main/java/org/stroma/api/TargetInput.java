/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The target of a batch.
 *
 * @param time follow-up time [B], in the unit of the table, or null
 * @param event [B], 1 where the event was seen and 0 where it was censored, or null
 * @param label class indices, or null: [B], or [R, N] for patches
 * @param value numbers [B], or null
 * @param known 1 where there is a target, [B], or [R, N] for patches: others take no part in a loss
 */
public record TargetInput(
    Operand<TFloat32> time,
    Operand<TFloat32> event,
    Operand<TInt32> label,
    Operand<TFloat32> value,
    Operand<TFloat32> known) {

  /** A survival target. */
  public static TargetInput survival(
      Operand<TFloat32> time, Operand<TFloat32> event, Operand<TFloat32> known) {
    return new TargetInput(time, event, null, null, known);
  }

  /** A class target, of patients or of patches. */
  public static TargetInput classes(Operand<TInt32> label, Operand<TFloat32> known) {
    return new TargetInput(null, null, label, null, known);
  }

  /** A number. */
  public static TargetInput numbers(Operand<TFloat32> value, Operand<TFloat32> known) {
    return new TargetInput(null, null, null, value, known);
  }
}
