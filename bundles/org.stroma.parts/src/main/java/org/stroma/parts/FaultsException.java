/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts;

import java.util.List;
import java.util.stream.Collectors;

/** An experiment that cannot run as it is written; all faults at once. */
public final class FaultsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Fault> faults;
  private final boolean partMissing;
  private final boolean partLost;

  /**
   * @param faults what is wrong
   * @param partMissing whether all that is wrong is that no installed bundle provides a part
   */
  public FaultsException(List<Fault> faults, boolean partMissing) {
    this(faults, partMissing, false);
  }

  private FaultsException(List<Fault> faults, boolean partMissing, boolean partLost) {
    super(faults.stream().map(Fault::toString).collect(Collectors.joining("\n")));
    this.faults = List.copyOf(faults);
    this.partMissing = partMissing;
    this.partLost = partLost;
  }

  /** Parts went away while they were used. */
  public static FaultsException lost(List<Fault> faults) {
    return new FaultsException(faults, true, true);
  }

  /** Whether parts were there at the start and went away. */
  public boolean partLost() {
    return partLost;
  }

  /** What is wrong. */
  public List<Fault> faults() {
    return faults;
  }

  /** Whether all that is wrong is that parts are missing. */
  public boolean partMissing() {
    return partMissing;
  }
}
