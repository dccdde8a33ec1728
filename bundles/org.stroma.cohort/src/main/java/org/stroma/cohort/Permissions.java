/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** What {@code /cohort/allow} lets pass, and what it has let pass so far: a result is read with that beside it. */
public final class Permissions {
  /** Where the permissions stand in an experiment. */
  public static final String POINTER = "/cohort/allow";

  /** How a note of what passes ends. */
  public static final String PERMITS = ", which " + POINTER + " permits";

  /**
   * What was found and not refused.
   *
   * @param permission one of {@link CohortSettings#ALLOWABLE}
   * @param finding a sentence without an end
   */
  public record Permitted(String permission, String finding) {}

  private final Set<String> allow;
  private final Consumer<String> notes;
  private final Set<Permitted> permitted = new LinkedHashSet<>();

  /**
   * The permissions of an experiment.
   *
   * @param notes hears of what passes
   */
  public Permissions(Set<String> allow, Consumer<String> notes) {
    this.allow = Set.copyOf(allow);
    this.notes = notes;
  }

  /** Whether findings of a kind are let pass. */
  public boolean allows(String permission) {
    return allow.contains(permission);
  }

  /** Lets findings of a kind pass: they are told, the first in full, and kept. */
  public void pass(String permission, List<String> findings) {
    if (findings.isEmpty()) {
      return;
    }
    findings.forEach(finding -> keep(permission, finding));
    notes.accept(findings.get(0)
        + (findings.size() == 1 ? "" : ", and so for " + (findings.size() - 1) + " more")
        + PERMITS);
  }

  private synchronized void keep(String permission, String finding) {
    permitted.add(new Permitted(permission, finding));
  }

  /** What a refusal says of the way out. */
  public static String otherwise(String permission) {
    return "say \"allow\": {\"" + permission + "\": \"the reason\"} in /cohort";
  }

  /** What passed, in the order in which it was found, each once. */
  public synchronized List<Permitted> permitted() {
    return new ArrayList<>(permitted);
  }
}
