/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.stroma.api.data.DataException;

/** The directories of a TIFF: those that follow each other, and those below one of them (TIFF Technical Note 1, SubIFDs). */
final class Directories {
  static final int MOST_IMAGES = 10_000;

  /** Halves of the largest image that TIFF can name. */
  private static final int MOST_LEVELS = 64;

  private final TiffBytes in;
  private final Set<Long> seen = new HashSet<>();
  private final List<Directory> images = new ArrayList<>();

  /** @throws DataException for directories that are not in the file, or lead in a circle */
  Directories(TiffBytes in) throws IOException {
    this.in = in;
    long place = in.place(in.link());
    while (place != 0) {
      once(place);
      Directory image = new Directory(in, place, "image " + (images.size() + 1));
      images.add(image);
      place = in.place(image.link());
    }
    if (images.isEmpty()) {
      throw new DataException(
          in.file()
              + " is damaged: its header names no image; where a program did not end its work, write it again");
    }
  }

  private void once(long place) {
    if (!seen.add(place) || images.size() > MOST_IMAGES) {
      throw new DataException(
          in.file() + " is damaged: its directories of images lead in a circle");
    }
  }

  /** Those that follow each other. */
  List<Directory> images() {
    return images;
  }

  /** Those that an image names as being below it: its reduced versions, in files that were written since about 2019. */
  List<Directory> below(Directory image) throws IOException {
    long count = image.count(Tags.SUB_DIRECTORIES);
    if (count > MOST_LEVELS) {
      throw new DataException(in.file() + " is damaged: " + image.name() + " names " + count
          + " reduced versions of itself, and halving it gives " + MOST_LEVELS + " at most");
    }
    List<Directory> below = new ArrayList<>();
    for (long place : image.numbers(Tags.SUB_DIRECTORIES)) {
      once(place);
      below.add(new Directory(
          in, place, "reduced version " + (below.size() + 1) + " of " + image.name()));
    }
    return below;
  }
}
