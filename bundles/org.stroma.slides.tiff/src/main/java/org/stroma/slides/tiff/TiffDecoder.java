/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import com.twelvemonkeys.imageio.plugins.tiff.BigTIFFImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;

/** Decodes regions of one image of a TIFF by TwelveMonkeys. */
final class TiffDecoder {
  private final ImageReader reader;
  private final Damage damage = new Damage();

  TiffDecoder(Directory image) {
    try {
      reader = (image.file().big() ? new BigTIFFImageReaderSpi() : new TIFFImageReaderSpi())
          .createReaderInstance();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    reader.setInput(new OneImageStream(image));
    reader.addIIOReadWarningListener(damage);
  }

  /** Packed RGB, row by row. */
  int[] decode(Rectangle region) throws IOException {
    damage.forget();
    ImageReadParam param = reader.getDefaultReadParam();
    param.setSourceRegion(region);
    BufferedImage read = reader.read(0, param);
    if (read.getWidth() != region.width || read.getHeight() != region.height) {
      throw new IOException("its size is not that of the image");
    }
    int[] rgb = Pixels.of(read);
    damage.refuse();
    return rgb;
  }

  void close() {
    reader.dispose();
  }
}
