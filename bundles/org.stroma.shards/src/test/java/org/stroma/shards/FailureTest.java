/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.shards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.stroma.api.data.DataException;
import org.stroma.parts.FaultsException;

class FailureTest {
  @Test
  void dataThatCannotBeUsedAreToldAsSuchAndEachSentenceOnce() {
    RuntimeException told = Failure.all(List.of(
        new Failure("shard 0/2", 3, List.of("slide a cannot be read", "slide b is empty")),
        new Failure("shard 1/2", 3, List.of("slide a cannot be read"))));
    assertInstanceOf(DataException.class, told);
    assertEquals("slide a cannot be read\nslide b is empty", told.getMessage());
  }

  @Test
  void aMissingPartIsNoFaultOfTheExperiment() {
    FaultsException told = (FaultsException)
        Failure.all(List.of(new Failure("shard 0/2", 4, List.of("/losses/0: no part cox"))));
    assertTrue(told.partMissing());
    assertEquals("/losses/0: no part cox", told.faults().get(0).message());
  }

  @Test
  void aProcessThatCouldSayNothingIsNamedWithItsCode() {
    FaultsException told = (FaultsException) Failure.all(
        List.of(new Failure("shard 1/2", 137, List.of()), new Failure("shard 0/2", 1, List.of())));
    assertEquals(
        List.of(
            "shard 1/2 was ended from outside (exit code 137), as the system does where there is not enough memory",
            "shard 0/2 was ended from outside (exit code 1)"),
        told.faults().stream().map(fault -> fault.message()).toList());
  }
}
