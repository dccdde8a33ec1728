/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import java.io.IOException;
import java.nio.file.Path;
import org.osgi.service.component.annotations.Component;
import org.stroma.api.slides.Slide;
import org.stroma.api.slides.SlideFormat;

/** The rest of {@link TiffFormat}: TIFF that no installed format decodes. It reads none of it, and says why. */
@Component(property = "service.ranking:Integer=1")
public final class UndecodedTiff implements SlideFormat {
  private final TileCaches caches = new TileCaches();

  @Override
  public String name() {
    return "tiff";
  }

  @Override
  public boolean reads(Path file) {
    return TiffFormat.isTiff(file) && TiffFormat.undecoded(file);
  }

  @Override
  public Slide open(Path file) throws IOException {
    return TiffSlide.open(file, caches);
  }
}
