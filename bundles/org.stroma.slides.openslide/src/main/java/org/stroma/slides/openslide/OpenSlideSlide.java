/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.openslide;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.OptionalDouble;
import org.stroma.api.data.DataException;
import org.stroma.api.slides.Slide;

/** A slide opened by OpenSlide. */
final class OpenSlideSlide implements Slide {
  /**
   * Plausible range of resolutions in micrometres per pixel: values outside are defaults of
   * writers.
   */
  private static final double FINEST = 0.02;

  private static final double COARSEST = 20;

  private final OpenSlide library;
  private final Path file;
  private Pointer slide;

  private OpenSlideSlide(OpenSlide library, Path file, Pointer slide) {
    this.library = library;
    this.file = file;
    this.slide = slide;
  }

  static OpenSlideSlide open(OpenSlide library, Path file) {
    Pointer slide = library.openslide_open(file.toString());
    if (slide == null) {
      throw new DataException(file + " is no slide that OpenSlide can open");
    }
    OpenSlideSlide open = new OpenSlideSlide(library, file, slide);
    try {
      open.check();
      return open;
    } catch (DataException e) {
      open.close();
      throw e;
    }
  }

  private void check() {
    String error = library.openslide_get_error(pointer());
    if (error != null) {
      throw new DataException(file + " cannot be read by OpenSlide: " + error);
    }
  }

  @Override
  public int levels() {
    return library.openslide_get_level_count(pointer());
  }

  @Override
  public int width(int level) {
    return size(level, true);
  }

  @Override
  public int height(int level) {
    return size(level, false);
  }

  private int size(int level, boolean width) {
    LongByReference w = new LongByReference();
    LongByReference h = new LongByReference();
    library.openslide_get_level_dimensions(pointer(), level, w, h);
    return Math.toIntExact((width ? w : h).getValue());
  }

  @Override
  public double downsample(int level) {
    return library.openslide_get_level_downsample(pointer(), level);
  }

  @Override
  public OptionalDouble micronsPerPixel() {
    double unit = text("tiff.ResolutionUnit").equals("inch")
        ? 25_400
        : text("tiff.ResolutionUnit").equals("centimeter") ? 10_000 : 0;
    // OpenSlide 3.4 does not derive the resolution of plain TIFF
    double mpp =
        number("openslide.mpp-x").orElse(unit / number("tiff.XResolution").orElse(Double.NaN));
    return mpp >= FINEST && mpp <= COARSEST ? OptionalDouble.of(mpp) : OptionalDouble.empty();
  }

  @Override
  public OptionalDouble magnification() {
    return number("openslide.objective-power");
  }

  private OptionalDouble number(String property) {
    try {
      double number = Double.parseDouble(text(property));
      return number > 0 && number < Double.POSITIVE_INFINITY
          ? OptionalDouble.of(number)
          : OptionalDouble.empty();
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }

  /** A property; empty if it is not set. */
  String text(String property) {
    String value = library.openslide_get_property_value(pointer(), property);
    return value == null ? "" : value;
  }

  /** The handle of the slide. Checked, because using a closed slide crashes the process. */
  private Pointer pointer() {
    if (slide == null) {
      throw new IllegalStateException(file + " is closed");
    }
    return slide;
  }

  @Override
  public BufferedImage read(int level, int x, int y, int width, int height) {
    double downsample = downsample(level);
    int[] pixels = new int[Math.multiplyExact(width, height)];
    library.openslide_read_region(
        pointer(),
        pixels,
        Math.round(x * downsample),
        Math.round(y * downsample),
        level,
        width,
        height);
    check();
    for (int i = 0; i < pixels.length; i++) {
      int white = 255 - (pixels[i] >>> 24);
      // blend premultiplied pixels with white
      pixels[i] = ((pixels[i] >> 16 & 0xff) + white) << 16
          | ((pixels[i] >> 8 & 0xff) + white) << 8
          | (pixels[i] & 0xff) + white;
    }
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    image.getRaster().setDataElements(0, 0, width, height, pixels);
    return image;
  }

  @Override
  public void close() {
    if (slide != null) {
      library.openslide_close(slide);
      slide = null;
    }
  }
}
