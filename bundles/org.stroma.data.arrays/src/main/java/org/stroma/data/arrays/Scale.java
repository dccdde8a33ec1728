/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.util.Map;

/**
 * The scale of a slide's coordinates, from the attributes of its file.
 *
 * @param side patch side in the unit of the coordinates; 0 if unknown
 * @param step distance of neighbouring patches in that unit; 0 if unknown
 * @param micrometres whether the unit is the micrometre (STAMP); else the level-0 pixel
 */
record Scale(double side, double step, boolean micrometres) {
  static Scale of(Map<String, Double> attributes) {
    double pixels = positive(attributes, "patch_size_level0");
    double micrometres = positive(attributes, "tile_size_um");
    if (micrometres == 0) {
      micrometres = positive(attributes, "tile_size");
    }
    double side = pixels > 0 ? pixels : micrometres > 0 ? micrometres : scaled(attributes);
    double step = side > 0 ? side - attributes.getOrDefault("overlap_level0", 0.0) : 0;
    return new Scale(side, step, pixels == 0 && micrometres > 0);
  }

  /**
   * The patch side scaled to level 0 by magnification (TRIDENT) or downsampling (CLAM). Without a
   * scale the size could refer to any level, so it is not used.
   */
  private static double scaled(Map<String, Double> attributes) {
    double size = attributes.getOrDefault("patch_size", 0.0);
    Double level0 = attributes.get("level0_magnification");
    double target = positive(attributes, "target_magnification");
    return level0 != null && target > 0
        ? size * level0 / target
        : size * attributes.getOrDefault("downsample", 0.0);
  }

  private static double positive(Map<String, Double> attributes, String name) {
    return Math.max(0, attributes.getOrDefault(name, 0.0));
  }
}
