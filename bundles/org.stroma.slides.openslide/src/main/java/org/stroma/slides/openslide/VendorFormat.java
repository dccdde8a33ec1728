/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.openslide;

import java.nio.file.Path;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.stroma.api.data.DataException;
import org.stroma.api.slides.Slide;
import org.stroma.api.slides.SlideFormat;

/**
 * TIFF-based vendor formats that store pixels in their own way (Hamamatsu NDPI, Leica SCN, Philips,
 * Ventana, Aperio in JPEG 2000, ...): OpenSlide has precedence over plain TIFF for them. Plain
 * tiled TIFF and Aperio in JPEG are left to the TIFF format, so that they are read identically
 * without OpenSlide.
 */
@Component(property = "service.ranking:Integer=200")
public final class VendorFormat implements SlideFormat {
  private final OpenSlideFormat openSlide;

  @Activate
  public VendorFormat() {
    this(new OpenSlideFormat());
  }

  VendorFormat(OpenSlideFormat openSlide) {
    this.openSlide = openSlide;
  }

  @Override
  public String name() {
    return "openslide-vendors";
  }

  @Override
  public boolean reads(Path file) {
    String vendor = openSlide.vendor(file).orElse("generic-tiff");
    return !vendor.equals("generic-tiff") && (!vendor.equals("aperio") || jpeg2000(file));
  }

  /** Aperio's description names the codec, as in "(240x240) J2K/KDU Q=70". */
  private boolean jpeg2000(Path file) {
    try (OpenSlideSlide slide = openSlide.open(file)) {
      return slide.text("openslide.comment").contains(" J2K/");
    } catch (DataException e) {
      return false;
    }
  }

  @Override
  public Slide open(Path file) {
    return openSlide.open(file);
  }
}
