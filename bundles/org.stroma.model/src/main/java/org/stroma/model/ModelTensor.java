/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.util.List;

/**
 * What an exported model is given or gives.
 *
 * @param output whether it gives it
 * @param type of its numbers: float32 or int32
 * @param shape lengths of its axes; of open ones their names, or "?"
 */
public record ModelTensor(boolean output, String name, String type, List<String> shape) {
  public ModelTensor {
    shape = List.copyOf(shape);
  }
}
