/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import java.io.IOException;
import java.util.Locale;
import org.stroma.api.data.DataException;

/** Files of scanners that begin as any TIFF does, and hold their pixels in a way of their own. */
final class Vendors {
  private Vendors() {}

  /** Refuses a Hamamatsu NDPI by its name: large ones do not even keep to TIFF's places. */
  static void refuseByName(TiffBytes in) {
    if (in.file().getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".ndpi")) {
      throw notPlain(in, "a Hamamatsu NDPI");
    }
  }

  /** Refuses a file by what its first image tells. */
  static void refuse(Directory first) throws IOException {
    String description = first.text(Tags.DESCRIPTION);
    String software = first.text(Tags.SOFTWARE);
    String vendor = first.has(Tags.NDPI)
        ? "a Hamamatsu NDPI"
        : description.contains("leica-microsystems.com/scn")
            ? "a Leica SCN"
            : software.startsWith("Philips") || description.contains("DPUfsImport")
                ? "a Philips"
                : first.text(Tags.XMP).contains("<iScan") || description.contains("<iScan")
                    ? "a Ventana"
                    : software.startsWith("MedScan") ? "a Trestle" : null;
    if (vendor != null) {
      throw notPlain(first.file(), vendor);
    }
  }

  private static DataException notPlain(TiffBytes in, String vendor) {
    return new DataException(in.file() + " is " + vendor
        + " file, whose pixels are not where a plain TIFF has them; OpenSlide reads such "
        + "files, where its library (libopenslide) is installed and they are whole");
  }
}
