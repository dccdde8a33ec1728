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
import java.util.Locale;
import java.util.regex.Pattern;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import org.jspecify.annotations.Nullable;

/** Decodes regions of one image of a TIFF by TwelveMonkeys. */
final class TiffDecoder {
  /** What a decoder says of data that are not whole, before it makes grey of them; OpenSlide refuses those too. */
  private static final Pattern DAMAGE =
      Pattern.compile("corrupt|truncated|premature|unexpected end", Pattern.CASE_INSENSITIVE);

  private final ImageReader reader;
  private @Nullable String damage;

  TiffDecoder(Directory image) {
    try {
      reader = (image.file().big() ? new BigTIFFImageReaderSpi() : new TIFFImageReaderSpi())
          .createReaderInstance();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    reader.setInput(new OneImageStream(image));
    reader.addIIOReadWarningListener((source, warning) -> {
      if (damage == null
          && DAMAGE.matcher(warning).find()
          && !warning.toLowerCase(Locale.ROOT).contains("profile")) {
        damage = warning;
      }
    });
  }

  /** Packed RGB, row by row. */
  int[] decode(Rectangle region) throws IOException {
    damage = null;
    ImageReadParam param = reader.getDefaultReadParam();
    param.setSourceRegion(region);
    BufferedImage read = reader.read(0, param);
    if (read.getWidth() != region.width || read.getHeight() != region.height) {
      throw new IOException("its size is not that of the image");
    }
    int[] rgb = Pixels.of(read);
    if (damage != null) {
      throw new IOException("its data are damaged (" + damage + ")");
    }
    return rgb;
  }

  void close() {
    reader.dispose();
  }
}
