/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.util.ArrayList;
import java.util.List;
import org.stroma.nn.DrawSeed;
import org.tensorflow.Session;
import org.tensorflow.types.TInt32;

/** The seeds of what the parts of a model draw, as the runs of a step are fed with them. */
final class Draws implements AutoCloseable {
  private final List<DrawSeed> draws;
  private final List<TInt32> fed = new ArrayList<>();

  /** @param seed all random numbers come from it until {@link #seed} says another */
  Draws(List<DrawSeed> draws, long seed) {
    this.draws = List.copyOf(draws);
    seed(seed);
  }

  void seed(long seed) {
    close();
    draws.forEach(draw -> fed.add(TInt32.scalarOf(draw.of(seed))));
  }

  void feed(Session.Runner runner) {
    for (int i = 0; i < fed.size(); i++) {
      runner.feed(draws.get(i).constant(), fed.get(i));
    }
  }

  @Override
  public void close() {
    fed.forEach(TInt32::close);
    fed.clear();
  }
}
