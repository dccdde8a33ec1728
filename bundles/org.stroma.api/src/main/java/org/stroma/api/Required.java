/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

/** Casts a {@link TargetInfo} or {@link TargetInput} to the class of one kind. */
final class Required {
  private Required() {}

  static <T> T of(Object target, TargetKind kind, Class<T> type, String wanted) {
    if (!type.isInstance(target)) {
      throw new IllegalArgumentException(
          "this part takes targets of kind " + wanted + "; this one is of kind " + kind.label());
    }
    return type.cast(target);
  }
}
