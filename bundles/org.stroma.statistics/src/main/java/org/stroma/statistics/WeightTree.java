/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

/** A Fenwick tree: sums of weights by rank, from 0, in O(log n) each. */
final class WeightTree {
  private final double[] tree;
  private double total;

  WeightTree(int ranks) {
    tree = new double[ranks + 1];
  }

  void add(int rank, double weight) {
    total += weight;
    for (int i = rank + 1; i < tree.length; i += i & -i) {
      tree[i] += weight;
    }
  }

  /** The sum over ranks below. */
  double below(int rank) {
    double sum = 0;
    for (int i = rank; i > 0; i -= i & -i) {
      sum += tree[i];
    }
    return sum;
  }

  double total() {
    return total;
  }
}
