/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.spark;

import java.io.Serializable;
import java.util.List;
import org.stroma.launcher.ExitCode;

/**
 * How a shard ended, as plain data.
 *
 * @param index number of the shard, from 0
 * @param code exit code of its command
 * @param sentences what was wrong; empty where it is done
 */
record ShardOutcome(int index, ExitCode code, List<String> sentences) implements Serializable {
  ShardOutcome {
    // a list that Java serialises whatever list was given
    sentences = List.copyOf(sentences);
  }

  static ShardOutcome done(int index) {
    return new ShardOutcome(index, ExitCode.DONE, List.of());
  }

  boolean isDone() {
    return code == ExitCode.DONE;
  }
}
