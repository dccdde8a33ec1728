/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.openslide;

import com.sun.jna.Native;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.stroma.api.data.DataException;
import org.stroma.api.slides.SlideFormat;

/**
 * The formats of OpenSlide (Aperio, Hamamatsu, Leica, MIRAX, Philips, Ventana, ...), if its library
 * is installed. Ranks below formats that need no library.
 */
@Component(property = "service.ranking:Integer=10")
public final class OpenSlideFormat implements SlideFormat {
  /** As OpenSlide names them: those whose compression is what the writer chose. */
  private static final Set<String> TIFF = Set.of("generic-tiff", "aperio");

  private final String[] names;
  private OpenSlide library;
  private boolean looked;

  @Activate
  public OpenSlideFormat() {
    this("openslide", "libopenslide.so.1", "libopenslide.so.0");
  }

  /** Creates the format for a library with one of these names. */
  OpenSlideFormat(String... names) {
    this.names = names;
  }

  @Override
  public String name() {
    return "openslide";
  }

  @Override
  public boolean reads(Path file) {
    String vendor = vendor(file).orElse("");
    return !vendor.isEmpty() && !(TIFF.contains(vendor) && undecoded(file));
  }

  /** Vendors of TIFF are detected whatever its compression; what libtiff does not decode is for others to name. */
  private boolean undecoded(Path file) {
    try {
      open(file).close();
      return false;
    } catch (DataException e) {
      return e.getMessage().contains("Unsupported TIFF compression");
    }
  }

  /** The vendor as named by OpenSlide; empty if it cannot read the file. */
  Optional<String> vendor(Path file) {
    OpenSlide openSlide = library();
    return openSlide != null && Files.isRegularFile(file)
        ? Optional.ofNullable(openSlide.openslide_detect_vendor(file.toString()))
        : Optional.empty();
  }

  @Override
  public OpenSlideSlide open(Path file) {
    OpenSlide openSlide = library();
    if (openSlide == null) {
      throw new DataException(
          file
              + " cannot be read by OpenSlide: its library (libopenslide) is not installed on this machine");
    }
    return OpenSlideSlide.open(openSlide, file);
  }

  /** The library; null if it is not installed. */
  private synchronized OpenSlide library() {
    for (int i = 0; i < names.length && !looked && library == null; i++) {
      try {
        library = Native.load(names[i], OpenSlide.class);
      } catch (LinkageError e) {
        // try the next name; if JNA itself cannot be loaded, the second attempt throws another
        // error
      }
    }
    looked = true;
    return library;
  }
}
