/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import java.util.Random;

/**
 * A row of a batch.
 *
 * @param id its numbers come from it
 * @param lacks a bit for each modality that it lacks
 * @param empty whether all of it is padding
 */
record Row(int id, int lacks, boolean empty) {
  static Row of(int id) {
    return new Row(id, 0, false);
  }

  Random random() {
    return new Random(1000 + id);
  }

  /** How many elements it has: from 2 to 5. */
  int size() {
    return empty ? 0 : 2 + id % 4;
  }
}
