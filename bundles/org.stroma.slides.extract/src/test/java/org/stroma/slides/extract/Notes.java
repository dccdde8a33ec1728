/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import java.util.ArrayList;
import java.util.List;
import org.stroma.command.Progress;

/** Keeps what is told. */
final class Notes implements Progress {
  final List<String> said = new ArrayList<>();

  @Override
  public void note(String message) {
    said.add(message);
  }

  @Override
  public void at(String message) {
    // goes by
  }

  /** What was told of something, in one text. */
  String of(String word) {
    return String.join("\n", said.stream().filter(s -> s.contains(word)).toList());
  }
}
