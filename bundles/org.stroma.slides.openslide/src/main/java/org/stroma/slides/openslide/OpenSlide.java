/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.openslide;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;

/** The functions used of libopenslide (3.4 or 4.0); see its openslide.h. */
interface OpenSlide extends Library {
  /** Vendor of a file; null if it cannot be opened. */
  String openslide_detect_vendor(String file);

  Pointer openslide_open(String file);

  void openslide_close(Pointer slide);

  /** The error of a slide, after which it returns no more data; null if there is none. */
  String openslide_get_error(Pointer slide);

  int openslide_get_level_count(Pointer slide);

  void openslide_get_level_dimensions(
      Pointer slide, int level, LongByReference width, LongByReference height);

  double openslide_get_level_downsample(Pointer slide, int level);

  String openslide_get_property_value(Pointer slide, String name);

  /** Premultiplied ARGB; x and y are pixels of level 0. */
  void openslide_read_region(
      Pointer slide, int[] argb, long x, long y, int level, long width, long height);
}
