/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.regression;

import java.util.List;

/** Matrices beside each other. */
final class BlockMatrix implements FeatureMatrix {
  private final FeatureMatrix[] blocks;
  private final int[] block;
  private final int[] column;

  BlockMatrix(List<FeatureMatrix> blocks) {
    if (blocks.isEmpty()) {
      throw new IllegalArgumentException("there are no features to put beside each other");
    }
    this.blocks = blocks.toArray(FeatureMatrix[]::new);
    int features = 0;
    for (FeatureMatrix each : this.blocks) {
      Checks.length("patients in one matrix", patients(), "in another beside it", each.patients());
      features += each.features();
    }
    block = new int[features];
    column = new int[features];
    int feature = 0;
    for (int b = 0; b < this.blocks.length; b++) {
      for (int k = 0; k < this.blocks[b].features(); k++) {
        block[feature] = b;
        column[feature++] = k;
      }
    }
  }

  @Override
  public int patients() {
    return blocks[0].patients();
  }

  @Override
  public int features() {
    return block.length;
  }

  @Override
  public double value(int patient, int feature) {
    return blocks[block[feature]].value(patient, column[feature]);
  }
}
