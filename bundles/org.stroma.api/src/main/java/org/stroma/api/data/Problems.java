/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects errors in many files or cells, to report them together: up to {@value #TOLD} sentences.
 */
public final class Problems {
  /** Maximum number of sentences. */
  public static final int TOLD = 20;

  private final List<String> sentences = new ArrayList<>();
  private int count;
  private boolean absent = true;

  /** Patients in a sentence: {@code patient p7}, {@code 9 patients (p1, p2, p3, p4, p5, ...)}. */
  public static String patients(List<String> patients) {
    return patients.size() == 1
        ? "patient " + patients.get(0)
        : patients.size() + " patients ("
            + String.join(", ", patients.subList(0, Math.min(5, patients.size())))
            + (patients.size() > 5 ? ", ..." : "") + ")";
  }

  /** Runs a check; what it refuses is collected. */
  public void check(Runnable check) {
    try {
      check.run();
    } catch (DataException e) {
      add(e);
    }
  }

  /** Adds the errors of an exception. */
  public void add(DataException e) {
    absent &= e instanceof AbsentDataException;
    e.sentences().forEach(this::tell);
    count += e.count() - e.sentences().size();
  }

  /** Adds a sentence for the user. */
  public void add(String sentence) {
    absent = false;
    tell(sentence);
  }

  private void tell(String sentence) {
    count++;
    if (sentences.size() < TOLD) {
      sentences.add(sentence);
    }
  }

  /** The recorded errors, up to {@value #TOLD} sentences. */
  public List<String> sentences() {
    return List.copyOf(sentences);
  }

  /** Whether there are no errors. */
  public boolean none() {
    return count == 0;
  }

  /**
   * Throws the recorded errors, if any.
   *
   * @throws DataException if there are errors; {@link AbsentDataException} if all of them are
   *     of absent data
   */
  public void throwIfAny() {
    if (count > 0) {
      throw absent
          ? new AbsentDataException(sentences, count)
          : new DataException(sentences, count);
    }
  }
}
