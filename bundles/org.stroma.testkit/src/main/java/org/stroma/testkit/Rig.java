/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import java.util.List;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** A part built once, with inputs that can be fed. */
abstract class Rig implements AutoCloseable {
  final GraphBench bench;
  final Net net;

  Rig(GraphBench bench, boolean training) {
    this.bench = bench;
    this.net = training ? bench.training() : bench.inference();
  }

  /** Feeds rows, padded to so many elements. */
  abstract void feed(List<Row> rows, int length, Garbage garbage);

  /** What the part returned that has to be right for each row, one array a row. */
  abstract List<float[]> results(List<Row> rows, int length);

  /** What gradients are checked of. */
  abstract List<Operand<TFloat32>> outputs();

  /** All that a loss may learn from. */
  List<Operand<TFloat32>> everything() {
    return outputs();
  }

  /** The inputs that gradients reach. */
  abstract List<Operand<TFloat32>> inputs();

  List<float[]> run(List<Row> rows, int length, Garbage garbage) {
    feed(rows, length, garbage);
    return results(rows, length);
  }

  @Override
  public void close() {
    bench.close();
  }
}
