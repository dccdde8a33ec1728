/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime.internal;

import java.util.ArrayList;
import java.util.List;
import org.stroma.command.Progress;

/** Keeps what was noted. */
final class RecordedProgress implements Progress {
  private final Progress progress;
  private final List<String> notes = new ArrayList<>();

  RecordedProgress(Progress progress) {
    this.progress = progress;
  }

  @Override
  public void note(String message) {
    synchronized (notes) {
      notes.add(message);
    }
    progress.note(message);
  }

  @Override
  public void at(String message) {
    progress.at(message);
  }

  List<String> notes() {
    synchronized (notes) {
      return List.copyOf(notes);
    }
  }
}
