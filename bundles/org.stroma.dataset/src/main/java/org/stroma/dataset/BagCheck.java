/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.dataset;

import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.stroma.api.data.Bag;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.Problems;
import org.stroma.cohort.Cohort;
import org.stroma.command.CancelledException;
import org.stroma.command.Progress;

/** Reads the numbers of all bags, which are otherwise read when a batch wants them, so that what is wrong with them comes out early. */
public final class BagCheck {
  /** How long it reads before it leaves the rest to the run. */
  public static final long SECONDS = 60;

  private static final int NUMBERS = 1 << 20;

  private final Progress progress;
  private final long end;
  private final Problems problems = new Problems();
  private final Set<String> sentences = new HashSet<>();
  private final Set<Bag> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private int read;

  private BagCheck(Progress progress, double seconds) {
    this.progress = progress;
    this.end = System.nanoTime() + (long) (seconds * 1e9);
  }

  /**
   * Reads the bags of a cohort's patients, each once.
   *
   * @return what is to be said of bags that there was no time for, a clause; empty where all were read
   * @throws DataException with all that is wrong with those that were read
   */
  public static String read(Cohort data, Progress progress, double seconds) {
    BagCheck check = new BagCheck(progress, seconds);
    StringBuilder left = new StringBuilder();
    data.modalities().forEach((name, modality) -> {
      if (modality instanceof ModalityData.Bags bags) {
        List<Bag> all = data.samples(data.patients()).stream()
            .filter(bags.bags()::containsKey)
            .map(bags.bags()::get)
            .filter(check.seen::add)
            .toList();
        int done = check.read(name, bags.width(), all);
        if (done < all.size()) {
          left.append("; of ")
              .append(name)
              .append(", the numbers of ")
              .append(done)
              .append(" of ")
              .append(all.size())
              .append(" slides (those of a patient count as one) were read in ")
              .append(Math.round(seconds))
              .append(" s, and the others were not looked at");
        }
      }
    });
    check.problems.throwIfAny();
    return left.toString();
  }

  private int read(String name, int width, List<Bag> bags) {
    read = 0;
    FloatBuffer buffer = bags.isEmpty() ? null : FloatBuffer.allocate(Math.max(NUMBERS, width));
    for (Bag bag : bags) {
      try {
        if (!read(bag, width, buffer)) {
          break;
        }
      } catch (DataException e) {
        tell(e.at("modality " + name));
      }
      read++;
      progress.at("reading " + name + "  " + read + "/" + bags.size());
    }
    return read;
  }

  /** Whether there was time for all of it. */
  private boolean read(Bag bag, int width, FloatBuffer buffer) {
    int step = buffer.capacity() / width;
    for (int from = 0; from < bag.size(); from = (int) Math.min(bag.size(), (long) from + step)) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancelledException();
      }
      if (System.nanoTime() >= end) {
        return false;
      }
      bag.read(from, (int) Math.min(bag.size(), (long) from + step), buffer.clear());
    }
    return true;
  }

  /** A reader that has looked at other bags too may tell the same again. */
  private void tell(DataException e) {
    if (sentences.addAll(e.sentences())) {
      problems.add(e);
    }
  }
}
