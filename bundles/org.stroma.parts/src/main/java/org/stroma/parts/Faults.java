/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a file, so that all of it is told at once. */
public final class Faults {
  private final List<Fault> faults = new ArrayList<>();
  private int missingParts;

  /** Something is wrong at a JSON pointer. */
  public void add(String pointer, String message) {
    faults.add(new Fault(pointer, message));
  }

  /** Something is wrong, a missing part perhaps. */
  public void add(Fault fault) {
    if (fault.wanted() == null) {
      faults.add(fault);
    } else {
      missing(fault);
    }
  }

  /** No installed bundle provides a part. */
  void missing(Fault fault) {
    missingParts++;
    faults.add(fault);
  }

  /** Whether nothing was wrong so far. */
  public boolean isEmpty() {
    return faults.isEmpty();
  }

  /** @throws FaultsException with every fault, if there is any */
  public void throwIfAny() {
    if (!faults.isEmpty()) {
      throw new FaultsException(faults, missingParts == faults.size());
    }
  }
}
