/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

/** Numbers of TIFF's fields (TIFF 6.0, appendix A), and those of others. */
final class Tags {
  static final int WIDTH = 256;
  static final int HEIGHT = 257;
  static final int BITS = 258;
  static final int COMPRESSION = 259;
  static final int PHOTOMETRIC = 262;
  static final int FILL_ORDER = 266;
  static final int DESCRIPTION = 270;
  static final int STRIPS = 273;
  static final int SAMPLES = 277;
  static final int STRIP_BYTES = 279;
  static final int LARGEST_SAMPLE = 281;
  static final int X_RESOLUTION = 282;
  static final int PLANES = 284;
  static final int RESOLUTION_UNIT = 296;
  static final int SOFTWARE = 305;
  static final int PREDICTOR = 317;
  static final int TILE_WIDTH = 322;
  static final int TILE_HEIGHT = 323;
  static final int TILES = 324;
  static final int TILE_BYTES = 325;
  static final int SUB_DIRECTORIES = 330;
  static final int EXTRA_SAMPLES = 338;
  static final int SAMPLE_FORMAT = 339;
  static final int JPEG_TABLES = 347;
  static final int XMP = 700;
  static final int EXIF = 34665;
  static final int GPS = 34853;
  static final int NDPI = 65420;

  private Tags() {}
}
