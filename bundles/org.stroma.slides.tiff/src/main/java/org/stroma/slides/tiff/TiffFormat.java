/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.stroma.api.data.DataException;
import org.stroma.api.slides.Slide;
import org.stroma.api.slides.SlideFormat;

/**
 * Tiled pyramidal TIFF and BigTIFF, as libvips and many scanners' exports write it, OME-TIFF and Aperio SVS. A TIFF whose
 * compression is not decoded here is left to OpenSlide, and to {@link UndecodedTiff} where that does not read it either.
 */
@Component(property = "service.ranking:Integer=100")
public final class TiffFormat implements SlideFormat {
  private final JPEGImageReaderSpi jpeg = new JPEGImageReaderSpi();
  private final TileCaches caches = new TileCaches();

  /** Tiles in JPEG are decoded by whatever reader ImageIO has for it: that has to be the one of this bundle. */
  @Activate
  public TiffFormat() {
    IIORegistry registry = IIORegistry.getDefaultInstance();
    registry.registerServiceProvider(jpeg, ImageReaderSpi.class);
    registry.getServiceProviders(ImageReaderSpi.class, false).forEachRemaining(other -> {
      if (other != jpeg && java.util.Arrays.asList(other.getFormatNames()).contains("JPEG")) {
        registry.setOrdering(ImageReaderSpi.class, jpeg, other);
      }
    });
  }

  @Deactivate
  void close() {
    IIORegistry.getDefaultInstance().deregisterServiceProvider(jpeg);
  }

  @Override
  public String name() {
    return "tiff";
  }

  @Override
  public boolean reads(Path file) {
    return isTiff(file) && !undecoded(file);
  }

  /** Judged by the first bytes. */
  static boolean isTiff(Path file) {
    try (var in = Files.newInputStream(file)) {
      byte[] b = in.readNBytes(4);
      boolean little =
          b.length == 4 && b[0] == 'I' && b[1] == 'I' && (b[2] == 42 || b[2] == 43) && b[3] == 0;
      boolean big =
          b.length == 4 && b[0] == 'M' && b[1] == 'M' && b[2] == 0 && (b[3] == 42 || b[3] == 43);
      return little || big;
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether it would be read but for its compression; what is damaged is told when it is opened. */
  static boolean undecoded(Path file) {
    try (TiffBytes in = TiffBytes.open(file)) {
      return Contents.undecoded(in);
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  @Override
  public Slide open(Path file) throws IOException {
    try {
      return TiffSlide.open(file, caches);
    } catch (DataException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new DataException(
          file + " is damaged, or no TIFF that can be read: " + TiffSlide.why(e), e);
    }
  }
}
