/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import java.util.HashSet;
import java.util.Set;
import org.stroma.command.Progress;

/** Tells each note once: what several processes say, and this one after them. */
final class NotesOnce implements Progress {
  private final Progress progress;
  private final Set<String> told = new HashSet<>();

  NotesOnce(Progress progress) {
    this.progress = progress;
  }

  boolean told(String note) {
    return told.contains(note);
  }

  @Override
  public void note(String message) {
    if (told.add(message)) {
      progress.note(message);
    }
  }

  @Override
  public void at(String message) {
    progress.at(message);
  }
}
