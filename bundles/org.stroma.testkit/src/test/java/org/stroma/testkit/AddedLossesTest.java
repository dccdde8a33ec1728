/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.stroma.nn.Net;

/** Terms of the objective that parts add. */
class AddedLossesTest {
  @Test
  void termsOfAllScopesAndViewsAreCollectedInTheOrderOfAdding() {
    try (GraphBench bench = new GraphBench(4)) {
      Net net = bench.training();
      var first = bench.tf().constant(1f);
      var second = bench.tf().constant(2f);
      net.scope("modalities").scope("wsi").addLoss("balance", first);
      net.scope("fusion").addLoss("balance", second);
      net.scope("fusion").view("a").addLoss("balance", first);
      assertEquals(
          List.of("modalities/wsi/balance", "fusion/balance", "a|fusion/balance"),
          List.copyOf(net.losses().keySet()));
      assertSame(second, net.losses().get("fusion/balance"));
      assertThrows(UnsupportedOperationException.class, () -> net.losses().clear());
    }
  }

  /** What is frozen is not trained, and neither is anything at inference. */
  @Test
  void nothingIsAddedOutsideOfTraining() {
    try (GraphBench bench = new GraphBench(4)) {
      bench.inference().addLoss("balance", bench.tf().constant(1f));
      bench.training().frozen().addLoss("balance", bench.tf().constant(1f));
      assertTrue(bench.inference().losses().isEmpty());
      assertTrue(bench.training().losses().isEmpty());
    }
  }

  @Test
  void whatIsNoScalarOrHasATakenNameIsRefusedInASentence() {
    try (GraphBench bench = new GraphBench(4)) {
      Net net = bench.training().scope("heads").scope("os");
      var each = bench.tf().constant(new float[] {1, 2});
      var one = bench.tf().constant(1f);
      assertEquals(
          "the loss heads/os/penalty has the shape [2]; it has to be a single number",
          assertThrows(IllegalArgumentException.class, () -> net.addLoss("penalty", each))
              .getMessage());
      net.addLoss("penalty", one);
      assertEquals(
          "the loss heads/os/penalty was added before",
          assertThrows(IllegalArgumentException.class, () -> net.addLoss("penalty", one))
              .getMessage());
      assertEquals(
          "a loss needs a name",
          assertThrows(IllegalArgumentException.class, () -> net.addLoss(" ", one))
              .getMessage());
    }
  }
}
