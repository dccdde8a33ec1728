/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.shards;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.stroma.api.data.DataException;
import org.stroma.command.ExitCode;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;

/**
 * What became of a shard that failed.
 *
 * @param name of the work
 * @param code of the process
 * @param sentences what is wrong; none where the process could not say it
 */
public record Failure(String name, int code, List<String> sentences) {
  public Failure {
    sentences = List.copyOf(sentences);
  }

  /** One exception for all: with each sentence once, of the kind that the first failure had. */
  public static RuntimeException all(List<Failure> failures) {
    Set<String> sentences = new LinkedHashSet<>();
    failures.forEach(failure -> sentences.addAll(failure.told()));
    int code = failures.get(0).code();
    if (code == ExitCode.UNUSABLE_DATA.number()) {
      return new DataException(String.join("\n", sentences));
    }
    List<Fault> faults =
        sentences.stream().map(sentence -> new Fault("", sentence)).toList();
    return new FaultsException(faults, code == ExitCode.PART_MISSING.number());
  }

  private List<String> told() {
    if (!sentences.isEmpty()) {
      return sentences;
    }
    return List.of(name + " was ended from outside (exit code " + code + ")"
        + (code == 137 ? ", as the system does where there is not enough memory" : ""));
  }
}
