/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.shards;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stroma.command.UsageException;

/**
 * A share of work that falls into numbered pieces: of {@code count} shards, number {@code index} has the pieces {@code index},
 * {@code index + count} and so on. Where there are more shards than pieces, the last ones have none.
 *
 * @param index from 0
 * @param count at least 1
 */
public record Shard(int index, int count) {
  /** All of the work. */
  public static final Shard ALL = new Shard(0, 1);

  private static final Pattern FORM = Pattern.compile("([0-9]{1,6})/([0-9]{1,6})");

  /** @throws IllegalArgumentException for a number that is none of them */
  public Shard {
    if (index < 0 || index >= count) {
      throw new IllegalArgumentException("shard " + index + " of " + count);
    }
  }

  /**
   * Reads what an option says.
   *
   * @param option name of the option, such as {@code --shard}
   * @param text {@code i/n}, as {@link #toString} writes it
   * @throws UsageException for anything else
   */
  public static Shard of(String option, String text) {
    Matcher form = FORM.matcher(text.strip());
    if (form.matches()) {
      int index = Integer.parseInt(form.group(1));
      int count = Integer.parseInt(form.group(2));
      if (index < count) {
        return new Shard(index, count);
      }
    }
    throw new UsageException(option + " is \"" + text
        + "\"; it has to be i/n, shard number i of n, where i is 0 to n - 1, such as 0/4");
  }

  /** All shards of as many. */
  public static List<Shard> all(int count) {
    List<Shard> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(new Shard(i, count));
    }
    return all;
  }

  /** Whether a piece falls to this shard. */
  public boolean has(int piece) {
    return piece % count == index;
  }

  /** How many of as many pieces fall to this shard. */
  public int share(int pieces) {
    return (pieces - index + count - 1) / count;
  }

  /** The elements that fall to this shard, in their order. */
  public <T> List<T> of(List<T> pieces) {
    List<T> own = new ArrayList<>();
    for (int i = index; i < pieces.size(); i += count) {
      own.add(pieces.get(i));
    }
    return own;
  }

  /** Whether this is all of the work. */
  public boolean whole() {
    return count == 1;
  }

  /** A name for files. */
  public String fileName() {
    return "shard-" + index + "-of-" + count;
  }

  @Override
  public String toString() {
    return index + "/" + count;
  }
}
