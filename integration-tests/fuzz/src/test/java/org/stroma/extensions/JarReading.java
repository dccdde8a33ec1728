/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.extensions;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What is read of a jar before it is installed. */
public final class JarReading {
  private JarReading() {}

  /** Why a jar cannot be used, by any policy; empty if it can. */
  public static Optional<String> objection(Path jar, Path list, Path certificates) {
    Optional<String> flaw = JarCheck.flaw(jar, List.of());
    Optional<String> listed = new TrustPolicy("listed", list, certificates).refusal(jar);
    Optional<String> signed = new TrustPolicy("signed", list, certificates).refusal(jar);
    new TrustPolicy("signed", list, certificates).sentence();
    return flaw.or(() -> listed).or(() -> signed);
  }
}
